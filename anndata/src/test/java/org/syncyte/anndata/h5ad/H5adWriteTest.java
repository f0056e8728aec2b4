package org.syncyte.anndata.h5ad;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;

final class H5adWriteTest {
  @TempDir Path folder;

  @Test
  void writesWhatItReads() {
    var data = H5ad.read(Samples.path("csr-gzip"));
    var file = folder.resolve("copy.h5ad");
    H5ad.write(data, file);
    var copy = H5ad.read(file);
    assertThat(copy.layer(null).toDense().values()).isEqualTo(data.layer(null).toDense().values());
    for (var layer : data.layers().keySet()) {
      assertThat(copy.layer(layer).getClass()).isEqualTo(data.layer(layer).getClass());
      assertThat(copy.layer(layer).toDense().values())
          .isEqualTo(data.layer(layer).toDense().values());
    }
    same(copy.obs(), data.obs());
    same(copy.var(), data.var());
    assertThat(copy.obsm().keySet()).isEqualTo(data.obsm().keySet());
    assertThat(requireNonNull(copy.obsm().get("pca")).toDense().values())
        .isEqualTo(requireNonNull(data.obsm().get("pca")).toDense().values());
    assertThat(copy.uns().keySet()).isEqualTo(data.uns().keySet());
    assertThat(copy.uns()).containsEntry("text", "hällo").containsEntry("yes", true);
    assertThat(copy.raw()).isNotNull();
    same(requireNonNull(copy.raw()).var(), requireNonNull(data.raw()).var());
  }

  private static void same(DataFrame left, DataFrame right) {
    assertThat(left.index()).isEqualTo(right.index());
    assertThat(left.columns().keySet()).containsExactlyElementsOf(right.columns().keySet());
    right
        .columns()
        .forEach((name, column) -> {
          var other = left.column(name).orElseThrow();
          assertThat(other.getClass()).isEqualTo(column.getClass());
          for (int i = 0; i < column.size(); i++) {
            assertThat(other.text(i)).isEqualTo(column.text(i));
          }
        });
  }

  @Test
  void writesTheSameBytesForTheSameData() throws Exception {
    var data = large();
    H5ad.write(data, folder.resolve("a.h5ad"));
    H5ad.write(data, folder.resolve("b.h5ad"));
    assertThat(Files.mismatch(folder.resolve("a.h5ad"), folder.resolve("b.h5ad"))).isEqualTo(-1);
  }

  private static AnnData large() {
    var random = new Random(5);
    int cells = 3000;
    int genes = 120;
    var counts = new float[cells * genes];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = random.nextInt(4) == 0 ? random.nextInt(100_000) : 0;
    }
    var names = random.ints(cells, 0, 1 << 30).mapToObj(i -> "cell-" + i).toList();
    var genesNames = random.ints(genes, 0, 1 << 30).mapToObj(i -> "gene-" + i).toList();
    return AnnData.of(
        new Dense(cells, genes, counts).toCsr(),
        DataFrame.of(names)
            .with("n", new Column.Ints(random.longs(cells).toArray(), null))
            .with("x", new Column.Floats(random.doubles(cells).toArray(), false)),
        DataFrame.of(genesNames));
  }

  @Test
  void writesManyChunksAndReadsRowsBack() {
    var data = large();
    var file = folder.resolve("large.h5ad");
    H5ad.write(data.withObsm("wide", data.layer(null).toDense()), file);
    var random = new Random(6);
    try (var open = H5ad.open(file)) {
      for (int round = 0; round < 30; round++) {
        int from = random.nextInt(2900);
        var rows =
            round % 2 == 0
                ? random.ints(64, 0, 3000).toArray()
                : random.ints(64, from, from + 64).toArray();
        var expected = data.layer(null).rows(rows);
        var actual = open.layer(null).rows(rows);
        assertThat(actual.indptr()).isEqualTo(expected.indptr());
        assertThat(actual.indices()).isEqualTo(expected.indices());
        assertThat(actual.values()).isEqualTo(expected.values());
      }
      assertThat(requireNonNull(open.obsm().get("wide")).toDense().values())
          .isEqualTo(data.layer(null).toDense().values());
      same(open.obs(), data.obs());
    }
  }

  @Test
  void leavesTheOldFileWhenAWriteFailsMidway() throws Exception {
    var file = folder.resolve("kept.h5ad");
    H5ad.write(large(), file);
    var before = Files.readAllBytes(file);
    var broken = large().withUns("a", "fine").withUns("b", new Object());
    assertThatThrownBy(() -> H5ad.write(broken, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("uns 'b'");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (var names = Files.list(folder)) {
      assertThat(names).containsExactly(file);
    }
    H5ad.write(large(), file);
    assertThat(H5ad.read(file).cells()).isEqualTo(3000);
  }

  @Test
  void refusesKeysThatWouldBecomePaths() {
    var data = large().withUns("a/b", 1);
    assertThatThrownBy(() -> H5ad.write(data, folder.resolve("k.h5ad")))
        .hasMessageContaining("'a/b' cannot be a key");
    assertThat(folder.resolve("k.h5ad")).doesNotExist();
  }

  @Test
  void writesTextWithGapsAsACategory() {
    var obs =
        DataFrame.of(List.of("a", "b", "c"))
            .with("t", new Column.Strings(new @Nullable String[] {"x", null, "w"}));
    var file = folder.resolve("gaps.h5ad");
    H5ad.write(
        new AnnData(
            null,
            obs,
            DataFrame.of(List.of()),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            null),
        file);
    var copy = H5ad.read(file);
    assertThat(copy.x()).isNull();
    assertThat(copy.obs().column("t").orElseThrow().text(1)).isNull();
    assertThat(copy.obs().column("t").orElseThrow().text(2)).isEqualTo("w");
  }
}
