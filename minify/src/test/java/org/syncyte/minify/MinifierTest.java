package org.syncyte.minify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;

final class MinifierTest {
  private static final Dense MEAN = new Dense(2, 2, new float[] {0, -1, 2, 3});
  private static final Dense VARIANCE = new Dense(2, 2, new float[] {1, 0.5f, 2, 0.1f});
  private static final float[] LIBRARY = {3, 7};

  @TempDir Path folder;

  @Test
  void emptiesCountsAndKeepsTheRest() {
    var full = data();
    var small =
        Minifier.minify(full, MEAN, VARIANCE, LIBRARY, MinifiedType.LATENT_POSTERIOR_PARAMETERS);
    assertThat(small.x()).isInstanceOf(Csr.class);
    assertThat(small.layers().get("counts")).isInstanceOf(Csr.class);
    assertThat(small.layer(null).toCsr().stored()).isZero();
    assertThat(small.layer("counts").rows()).isEqualTo(2);
    assertThat(small.layer("counts").columns()).isEqualTo(3);
    assertThat(small.raw()).isNull();
    assertThat(small.obsm()).containsOnlyKeys("X_umap", "scvi_latent_qzm", "scvi_latent_qzv");
    assertThat(small.obsm().get("scvi_latent_qzm")).isSameAs(MEAN);
    assertThat(small.obs().columns()).containsOnlyKeys("site", "observed_lib_size");
    assertThat(small.uns())
        .containsOnly(
            Map.entry("note", "x"),
            Map.entry("_scvi_adata_minify_type", "latent_posterior_parameters"));
    assertThat(Minifier.type(small)).contains(MinifiedType.LATENT_POSTERIOR_PARAMETERS);
    assertThat(Minifier.type(full)).isEmpty();
  }

  @Test
  void keepsCountsWhenAsked() {
    var full = data();
    var small =
        Minifier.minify(
            full,
            "scanvi",
            MEAN,
            VARIANCE,
            LIBRARY,
            MinifiedType.LATENT_POSTERIOR_PARAMETERS_WITH_COUNTS);
    assertThat(small.x()).isSameAs(full.x());
    assertThat(small.layers()).isEqualTo(full.layers());
    assertThat(small.raw()).isSameAs(full.raw());
    assertThat(small.obsm()).containsKey("scanvi_latent_qzv");
    assertThat(SizeReport.of(full, small).lost()).isEmpty();
  }

  @Test
  void findsThePosteriorUnderBothNames() {
    var small =
        Minifier.minify(data(), MEAN, VARIANCE, LIBRARY, MinifiedType.LATENT_POSTERIOR_PARAMETERS);
    var both = Minifier.withOldNames(small, "scvi");
    assertThat(both.obsm()).containsKeys("_scvi_latent_qzm", "_scvi_latent_qzv");
    assertThat(both.obs().columns()).containsKey("_scvi_observed_lib_size");
    var old =
        new AnnData(
            both.x(),
            both.obs(),
            both.var(),
            Map.of(),
            Map.of("_scvi_latent_qzm", MEAN, "_scvi_latent_qzv", VARIANCE),
            Map.of(),
            Map.of(),
            both.uns(),
            null);
    assertThat(Minifier.latent(old, "scvi").librarySize()).containsExactly(LIBRARY);
    assertThatThrownBy(() -> Minifier.latent(data(), "scvi"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X_umap");
  }

  @Test
  void refusesWhatDoesNotFit() {
    var type = MinifiedType.LATENT_POSTERIOR_PARAMETERS;
    var full = data();
    var wrong = new Dense(2, 2, new float[] {1, 0, 1, 1});
    assertThatThrownBy(() -> Minifier.minify(full, MEAN, wrong, LIBRARY, type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("variance 0.0");
    var infinite = new Dense(2, 2, new float[] {1, Float.NaN, 1, 1});
    assertThatThrownBy(() -> Minifier.minify(full, infinite, VARIANCE, LIBRARY, type))
        .hasMessageContaining("finite");
    var narrow = new Dense(2, 1, new float[] {1, 1});
    assertThatThrownBy(() -> Minifier.minify(full, narrow, VARIANCE, LIBRARY, type))
        .hasMessageContaining("dimensions");
    assertThatThrownBy(() -> Minifier.minify(full, MEAN, VARIANCE, new float[1], type))
        .hasMessageContaining("2 cells");
    assertThatThrownBy(() -> Minifier.minify(full, MEAN, VARIANCE, new float[] {1, -1}, type))
        .hasMessageContaining("library size -1.0");
    assertThatThrownBy(() -> Minifier.minify(full, "Sc VI", MEAN, VARIANCE, LIBRARY, type))
        .hasMessageContaining("prefix");
    var small = Minifier.minify(full, MEAN, VARIANCE, LIBRARY, type);
    assertThatThrownBy(() -> Minifier.minify(small, MEAN, VARIANCE, LIBRARY, type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("already");
    assertThatThrownBy(() -> MinifiedType.of("counts"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("latent_posterior_parameters");
  }

  @Test
  void reportsWhatWasLostAndWhatStays() {
    var full = data();
    var report =
        SizeReport.of(
            full,
            Minifier.minify(
                full, MEAN, VARIANCE, LIBRARY, MinifiedType.LATENT_POSTERIOR_PARAMETERS));
    assertThat(report.lost())
        .containsExactly("X (6 values)", "layer 'counts' (4 values)", "raw (6 values)");
    assertThat(report.kept()).containsExactly("obsm 'X_umap'", "uns 'note'");
    assertThat(report.lostAnalyses()).isNotEmpty();
    // X 24 + counts 4*8 + 3*8 + raw 24 + umap 16; afterwards 2 * 3*8 + umap 16 + latent 32
    assertThat(report.before()).isEqualTo(120);
    assertThat(report.after()).isEqualTo(96);
    assertThat(report.saved()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void reproducesTheMinifiedFileOfTheReferenceLibrary() throws IOException {
    var expected = H5ad.read(fixture("scvi133-scvi-minified.h5ad"));
    var full = H5ad.read(fixture("scvi133-scvi.h5ad"));
    var mean = expected.obsm().get("scvi_latent_qzm");
    var variance = expected.obsm().get("scvi_latent_qzv");
    if (mean == null || variance == null) {
      throw new AssertionError("the reference file holds no latent");
    }
    var small =
        Minifier.minify(
            full.withObsm("X_latent_qzm", mean).withObsm("X_latent_qzv", variance),
            mean.toDense(),
            variance.toDense(),
            Minifier.librarySize(full, "counts"),
            MinifiedType.LATENT_POSTERIOR_PARAMETERS);
    var file = folder.resolve("adata.h5ad");
    H5ad.write(small, file);
    var read = H5ad.read(file);

    assertThat(read.layer(null).toCsr().stored()).isZero();
    assertThat(expected.layer(null).toCsr().stored()).isZero();
    assertThat(read.layers().keySet()).isEqualTo(expected.layers().keySet());
    assertThat(read.layer("counts").toCsr().stored()).isZero();
    assertThat(read.raw()).isNull();
    assertThat(read.obs().columns().keySet()).isEqualTo(expected.obs().columns().keySet());
    assertThat(read.obs()).usingRecursiveComparison().isEqualTo(expected.obs());
    assertThat(read.var()).usingRecursiveComparison().isEqualTo(expected.var());
    assertThat(read.obsm().keySet()).containsExactlyInAnyOrderElementsOf(expected.obsm().keySet());
    for (var name : expected.obsm().keySet()) {
      assertThat(values(read, name)).as(name).isEqualTo(values(expected, name));
    }
    assertThat(read.uns().keySet()).containsExactlyInAnyOrderElementsOf(expected.uns().keySet());
    assertThat(read.uns().get(Minifier.TYPE)).isEqualTo(expected.uns().get(Minifier.TYPE));
    assertThat(Files.size(file)).isLessThan(Files.size(fixture("scvi133-scvi.h5ad")));
  }

  @Test
  void countsLibrariesOfAFileThatStaysOnDisk() throws IOException {
    var expected =
        Minifier.latent(H5ad.read(fixture("scvi133-scvi-minified.h5ad")), "scvi").librarySize();
    try (var backed = H5ad.open(fixture("scvi133-scvi.h5ad"))) {
      assertThat(Minifier.librarySize(backed, "counts")).containsExactly(expected);
    }
  }

  private static float[] values(AnnData data, String name) {
    var matrix = data.obsm().get(name);
    return matrix == null ? new float[0] : matrix.toDense().values();
  }

  private Path fixture(String name) throws IOException {
    var file = folder.resolve(name);
    try (var in = MinifierTest.class.getResourceAsStream("/fixtures/" + name)) {
      Files.write(file, in == null ? new byte[0] : in.readAllBytes());
    }
    return file;
  }

  private static AnnData data() {
    var x = new Dense(2, 3, new float[] {0, 1, 2, 3, 4, 0});
    var var = DataFrame.of(List.of("a", "b", "c"));
    return new AnnData(
        x,
        DataFrame.of(List.of("c1", "c2"))
            .with("site", new Column.Categorical(new int[] {0, 1}, List.of("A", "B"), false)),
        var,
        Map.of("counts", x.toCsr()),
        Map.of("X_umap", new Dense(2, 2, new float[4])),
        Map.of(),
        Map.of(),
        Map.of("note", "x"),
        new AnnData.Raw(x, var, Map.of()));
  }
}
