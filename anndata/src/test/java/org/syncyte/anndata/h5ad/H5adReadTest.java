package org.syncyte.anndata.h5ad;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;

final class H5adReadTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"csr-gzip", "csr-lzf", "csc", "dense-int64", "csr-uint16", "latest-shuffle"})
  void readsTheSameCountsFromEveryStorage(String name) {
    var data = H5ad.read(Samples.path(name));
    assertThat(data.cells()).isEqualTo(40);
    assertThat(data.genes()).isEqualTo(25);
    var x = data.layer(null).toDense().values();
    double sum = 0;
    for (float value : x) {
      sum += value;
    }
    assertThat(sum).isEqualTo(511.0);
    assertThat(data.layer("csc").toDense().values()).isEqualTo(x);
    assertThat(data.layer("dense").toDense().values()).isEqualTo(x);
    assertThat(data.raw()).isNotNull();
    assertThat(requireNonNull(data.raw()).x().toDense().values()).isEqualTo(x);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"csr-gzip", "csr-lzf", "csc", "dense-int64", "csr-uint16", "latest-shuffle"})
  void readsRowsInTheOrderOfTheRequestWithoutLoadingTheMatrix(String name) {
    var whole = H5ad.read(Samples.path(name)).layer(null);
    var random = new Random(3);
    for (int threads : new int[] {1, 3}) {
      for (long cache : new long[] {0, 1 << 20}) {
        try (var data = H5ad.open(Samples.path(name), new H5ad.Options(threads, cache))) {
          for (int round = 0; round < 20; round++) {
            var rows = random.ints(random.nextInt(60), 0, 40).toArray();
            for (var layer : new String[] {null, "dense", "csc"}) {
              assertThat(data.layer(layer).rows(rows).toDense().values())
                  .isEqualTo(whole.rows(rows).toDense().values());
            }
          }
        }
      }
    }
  }

  @Test
  void leavesSparseRowsInTheFile() {
    try (var data = H5ad.open(Samples.path("csr-gzip"))) {
      assertThat(data.x()).isInstanceOf(Backed.class);
      assertThat(data.layer("dense")).isInstanceOf(Backed.class);
    }
  }

  @Test
  void manyThreadsReadOneOpenFile() throws Exception {
    var whole = H5ad.read(Samples.path("csr-gzip")).layer(null);
    try (var data = H5ad.open(Samples.path("csr-gzip"), new H5ad.Options(4, 1 << 14));
        var readers = Executors.newFixedThreadPool(8)) {
      var results = new ArrayList<Future<Boolean>>();
      for (int reader = 0; reader < 8; reader++) {
        var random = new Random(reader);
        results.add(
            readers.submit(() -> {
              for (int round = 0; round < 200; round++) {
                var rows = random.ints(10, 0, 40).toArray();
                for (var layer : new String[] {null, "dense"}) {
                  if (!Arrays.equals(
                      data.layer(layer).rows(rows).values(), whole.rows(rows).values())) {
                    return false;
                  }
                }
              }
              return true;
            }));
      }
      for (var result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  @Test
  void saysThatAClosedFileIsClosed() {
    var data = H5ad.open(Samples.path("csr-gzip"));
    data.close();
    assertThatThrownBy(() -> data.layer(null).rows(new int[] {0}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void readsEveryKindOfColumn() {
    var obs = H5ad.read(Samples.path("csr-gzip")).obs();
    assertThat(obs.columns().keySet())
        .containsExactly(
            "batch", "count", "score", "score32", "flag", "label", "gap", "maybe", "withnan");
    assertThat(obs.index().getLast()).isEqualTo("cell39");
    assertThat(((Column.Categorical) column(obs, "batch")).categories())
        .containsExactly("b", "a", "unused");
    assertThat(column(obs, "count")).isInstanceOf(Column.Ints.class);
    assertThat(((Column.Floats) column(obs, "score")).single()).isFalse();
    assertThat(((Column.Floats) column(obs, "score32")).single()).isTrue();
    assertThat(column(obs, "flag")).isInstanceOf(Column.Bools.class);
    assertThat(column(obs, "label").text(0)).startsWith("type ").endsWith("é");
    assertThat(column(obs, "gap").text(7)).isNull();
    assertThat(column(obs, "gap").text(8)).isEqualTo("8");
    assertThat(column(obs, "maybe").text(5)).isNull();
    assertThat(column(obs, "maybe").text(1)).isEqualTo("True");
    assertThat(column(obs, "withnan").text(6)).isNull();
    assertThat(column(obs, "withnan").text(7)).isEqualTo("x1");
  }

  private static Column column(DataFrame frame, String name) {
    return frame.column(name).orElseThrow();
  }

  @Test
  void readsArraysAndUnstructuredElements() {
    var data = H5ad.read(Samples.path("csr-gzip"));
    assertThat(data.obsm().keySet()).containsExactlyInAnyOrder("pca", "frame", "sparse");
    assertThat(requireNonNull(data.obsm().get("frame")).toDense().at(5, 0)).isEqualTo(5);
    assertThat(requireNonNull(data.varm().get("load")).columns()).isEqualTo(2);
    assertThat(requireNonNull(data.obsp().get("nn")).rows()).isEqualTo(40);
    var uns = data.uns();
    assertThat(uns.get("text")).isEqualTo("hällo");
    assertThat(uns.get("n")).isEqualTo(3L);
    assertThat(uns.get("f")).isEqualTo(2.5);
    assertThat(uns.get("yes")).isEqualTo(true);
    assertThat((String[]) uns.get("names")).containsExactly("a", "b");
    var nested =
        requireNonNull((Map<?, ?>) requireNonNull((Map<?, ?>) uns.get("nested")).get("deep"));
    assertThat((long[]) nested.get("v")).containsExactly(0, 1, 2, 3);
    assertThat(requireNonNull((Dense) uns.get("m")).at(1, 1)).isEqualTo(1);
    assertThat(requireNonNull((DataFrame) uns.get("frame")).index()).containsExactly("r", "s");
    assertThat(requireNonNull((Column) uns.get("cat")).text(1)).isEqualTo("b");
  }

  @Test
  void readsTheLayoutOfAnndata07() {
    var data = H5ad.read(Samples.path("old-0.7"));
    assertThat(data.layer(null).toDense().values()).containsExactly(0, 1, 0, 0, 2, 3);
    assertThat(data.obs().index()).containsExactly("a", "b", "c");
    assertThat(data.var().index()).containsExactly("g0", "g1");
    var site = data.obs().column("site").orElseThrow();
    assertThat(site.text(0)).isEqualTo("v");
    assertThat(site.text(2)).isNull();
    assertThat(data.uns()).containsEntry("color", "red");
  }

  @Test
  void readsNewFormsAndKeepsUnknownOnesApart() {
    var data = H5ad.read(Samples.path("new-forms"));
    assertThat(data.obs().index()).containsExactly("a", "b", "c");
    assertThat(data.obs().column("note").orElseThrow().text(1)).isNull();
    assertThat(data.obs().column("site").orElseThrow().text(1)).isEqualTo("south");
    assertThat(data.uns().get("odd")).isEqualTo(new Opaque("/uns/odd", "from-the-future", "9.0"));
    assertThat(data.uns()).doesNotContainKey("nothing");
    assertThat(data.obsm()).isEmpty();
    assertThat(data.layer("big_endian").toDense().at(2, 3)).isEqualTo(11);
  }

  @Test
  void sortsRowsAndAddsRepeatedEntries() {
    var x = H5ad.read(Samples.path("new-forms")).layer(null).toCsr();
    assertThat(x.indices()).containsExactly(0, 2, 1);
    assertThat(x.values()).containsExactly(5, 1, 5);
  }

  @Test
  void readsChunksThatWereNeverWrittenAsTheFillValue() {
    float[] expected = {7, 7, 7, 7, 1, 2, 7, 7, 7, 7, 7, 7};
    assertThat(H5ad.read(Samples.path("new-forms")).layer("sparse_alloc").toDense().values())
        .isEqualTo(expected);
    try (var open = H5ad.open(Samples.path("new-forms"))) {
      assertThat(open.layer("sparse_alloc").rows(new int[] {1, 0}).toDense().values())
          .containsExactly(1, 2, 7, 7, 7, 7, 7, 7);
    }
  }

  @Test
  void readsAMinifiedFile() {
    var data = H5ad.read(Samples.path("minified"));
    assertThat(data.layer(null).toCsr().stored()).isZero();
    assertThat(requireNonNull(data.obsm().get("scvi_latent_qzm")).columns()).isEqualTo(4);
    assertThat(data.uns()).containsEntry("_scvi_adata_minify_type", "latent_posterior_parameters");
  }

  @Test
  void refusesAFileThatIsNotHdf5(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("table.csv"), "gene,count\n".repeat(200));
    assertThatThrownBy(() -> H5ad.read(file))
        .isInstanceOf(H5adException.class)
        .hasMessageContaining("table.csv is not an .h5ad file");
  }

  @Test
  void refusesAFileThatIsNotThere(@TempDir Path folder) {
    assertThatThrownBy(() -> H5ad.read(folder.resolve("none.h5ad")))
        .isInstanceOf(H5adException.class)
        .hasMessageContaining("no such file");
  }
}
