package org.syncyte.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;

/// Markers from raw values to imputed ones, by the command line. Cells are T or B; the second panel
/// does not have CD4, which T cells carry as they carry CD3 and CD5.
class MarkersTest {
  private static final List<String> MARKERS = List.of("CD19", "CD20", "CD3", "CD4", "CD5", "FSC-A");

  @TempDir private static Path folder;

  private static int run(Object... arguments) {
    return Syncyte.run(Stream.of(arguments).map(String::valueOf).toArray(String[]::new));
  }

  private static AnnData cells(int count, int seed, List<String> markers) {
    var random = new Random(seed);
    var values = new float[count * markers.size()];
    var types = new int[count];
    for (int c = 0; c < count; c++) {
      types[c] = c % 2;
      for (int g = 0; g < markers.size(); g++) {
        boolean high = markers.get(g).matches("CD3|CD4|CD5") == (types[c] == 0);
        values[c * markers.size() + g] =
            (float) Math.exp((high ? 4.5 : 1) + 0.3 * random.nextGaussian());
      }
    }
    var names = IntStream.range(0, count).mapToObj(i -> "c" + i).toList();
    var samples = IntStream.range(0, count).map(i -> i / (count / 2)).toArray();
    return AnnData.of(
        new Dense(count, markers.size(), values),
        DataFrame.of(names)
            .with("type", new Column.Categorical(types, List.of("T", "B"), false))
            .with("sample", new Column.Categorical(samples, List.of(seed + "a", seed + "b"), false))
            .with("arm", new Column.Categorical(samples, List.of("x", "y"), false)),
        DataFrame.of(markers));
  }

  @Test
  void preparesTrainsImputesAndCompares() throws Exception {
    var one = folder.resolve("one.h5ad");
    var two = folder.resolve("two.h5ad");
    var prepared = folder.resolve("prepared.h5ad");
    var model = folder.resolve("model");
    var fewer = MARKERS.stream().filter(m -> !m.equals("CD4")).toList();
    H5ad.write(cells(120, 1, MARKERS), one);
    H5ad.write(cells(120, 2, fewer), two);
    assertThat(run("cyto-prepare", one, two, "-o", prepared)).isZero();
    assertThat(
            run(
                "train",
                prepared,
                "-o",
                model,
                "--model",
                "CYTOVI",
                "--layer",
                "scaled",
                "--batch-key",
                "batch",
                "--sample-key",
                "sample",
                "--epochs",
                "30",
                "--batch-size",
                "40",
                "--learning-rate",
                "0.005",
                "--set",
                "n_hidden=16",
                "--threads",
                "1"))
        .isZero();
    assertThat(Files.readString(model.resolve("README.md"))).contains("CYTOVI");

    var imputed = folder.resolve("imputed.h5ad");
    assertThat(
            run(
                "impute",
                model,
                prepared,
                "-o",
                imputed,
                "--labels-from",
                prepared,
                "--labels-key",
                "type"))
        .isZero();
    try (var data = H5ad.read(imputed)) {
      var values = data.layer("imputed").toDense();
      int cd4 = data.var().index().indexOf("CD4");
      // Cells from 120 on are of the second panel; even ones are T.
      assertThat(mean(values, cd4, 120, 0)).isGreaterThan(mean(values, cd4, 120, 1) + 0.4);
      var told = Objects.requireNonNull(data.obs().columns().get("syncyte_label"));
      assertThat(told.text(120)).isEqualTo("T");
      assertThat(told.text(121)).isEqualTo("B");
      assertThat(Objects.requireNonNull(data.obsm().get("X_CytoVI")).columns()).isEqualTo(10);
    }

    var mapped = folder.resolve("mapped.h5ad");
    var latent = folder.resolve("latent.h5ad");
    assertThat(run("map", model, prepared, "--layer", "scaled", "-o", mapped)).isZero();
    assertThat(run("latent", model, prepared, "-o", latent)).isZero();
    try (var onnx = H5ad.read(mapped);
        var own = H5ad.read(latent)) {
      var a = Objects.requireNonNull(onnx.obsm().get("X_scVI")).toDense().values();
      var b = Objects.requireNonNull(own.obsm().get("X_scVI")).toDense().values();
      for (int i = 0; i < a.length; i++) {
        assertThat(Math.abs(a[i] - b[i])).isLessThan(1e-4f);
      }
    }

    var table = folder.resolve("de.csv");
    assertThat(
            run(
                "de",
                model,
                prepared,
                "--group-by",
                "type",
                "--group",
                "T",
                "--samples",
                "200",
                "-o",
                table))
        .isZero();
    assertThat(Files.readAllLines(table).getFirst()).startsWith("gene,proba_de");
    var abundance = folder.resolve("abundance.csv");
    assertThat(
            run(
                "abundance",
                model,
                prepared,
                "--sample-key",
                "sample",
                "--condition-key",
                "arm",
                "--as-published",
                "-o",
                abundance))
        .isZero();
    assertThat(Files.readAllLines(abundance).getFirst()).contains("da_x,da_y");
  }

  @Test
  void refusesOptionsOfOtherModels() {
    var one = folder.resolve("plain.h5ad");
    H5ad.write(cells(20, 3, MARKERS), one);
    var out = folder.resolve("none");
    assertThat(run("train", one, "-o", out, "--sample-key", "sample")).isEqualTo(2);
    assertThat(run("train", one, "-o", out, "--model", "CYTOVI", "--with-latents")).isEqualTo(2);
    assertThat(
            run("train", one, "-o", out, "--model", "CYTOVI", "--set", "protein_likelihood=beta"))
        .isEqualTo(2);
    assertThat(Files.exists(out)).isFalse();
  }

  private static double mean(Dense values, int marker, int from, int odd) {
    return Arrays.stream(IntStream.range(from, values.rows()).filter(c -> c % 2 == odd).toArray())
        .mapToDouble(c -> values.at(c, marker))
        .average()
        .orElseThrow();
  }
}
