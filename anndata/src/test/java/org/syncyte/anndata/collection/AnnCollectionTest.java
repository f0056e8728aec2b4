package org.syncyte.anndata.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.anndata.loader.Loader;

final class AnnCollectionTest {
  private static final AnnData LEFT =
      data(
          List.of("a", "b", "c"),
          new float[] {1, 2, 3, 4, 5, 6},
          DataFrame.of(List.of("l0", "l1"))
              .with("site", new Column.Categorical(new int[] {0, 1}, List.of("u", "v"), false))
              .with("n", new Column.Ints(new long[] {7, 8}, null)));
  private static final AnnData RIGHT =
      data(
          List.of("d", "c", "a"),
          new float[] {10, 20, 30, 40, 50, 60, 70, 80, 90},
          DataFrame.of(List.of("r0", "r1", "r2"))
              .with(
                  "site", new Column.Categorical(new int[] {0, 1, -1}, List.of("v", "w"), false)));

  private static AnnData data(List<String> genes, float[] values, DataFrame obs) {
    var x = new Dense(obs.size(), genes.size(), values);
    return new AnnData(
        x.toCsr(),
        obs,
        DataFrame.of(genes),
        Map.of("dense", x),
        Map.of("z", new Dense(obs.size(), 1, new float[obs.size()])),
        Map.of(),
        Map.of(),
        Map.of(),
        null);
  }

  @Test
  void innerJoinKeepsCommonGenesInTheFirstOrder() {
    var collection = AnnCollection.of(LEFT, RIGHT);
    assertThat(collection.varNames()).containsExactly("a", "c");
    assertThat(collection.cells()).isEqualTo(5);
    assertThat(collection.view().layer(null).toDense().values())
        .containsExactly(1, 3, 4, 6, 30, 20, 60, 50, 90, 80);
    assertThat(collection.view().layer("dense").toDense().values())
        .containsExactly(1, 3, 4, 6, 30, 20, 60, 50, 90, 80);
    assertThat(collection.obs().columns().keySet()).containsExactly("site");
  }

  @Test
  void outerJoinTakesAllGenesAndReadsMissingOnesAsZero() {
    var collection = AnnCollection.of(List.of(LEFT, RIGHT), AnnCollection.Options.OUTER);
    assertThat(collection.varNames()).containsExactly("a", "b", "c", "d");
    assertThat(collection.view().layer(null).rows(new int[] {1, 2}).toDense().values())
        .containsExactly(4, 5, 6, 0, 30, 0, 20, 10);
    var n = collection.obs().column("n").orElseThrow();
    assertThat(n.text(1)).isEqualTo("8");
    assertThat(n.text(2)).isNull();
  }

  @Test
  void rowsComeInTheOrderOfTheRequest() {
    var x = AnnCollection.of(LEFT, RIGHT).view().layer(null);
    assertThat(x.rows(new int[] {4, 0, 3, 1, 4}).toDense().values())
        .containsExactly(90, 80, 1, 3, 60, 50, 4, 6, 90, 80);
  }

  @Test
  void loadsMinibatchesFromSeveralOpenFiles(@TempDir Path folder) {
    H5ad.write(LEFT, folder.resolve("left.h5ad"));
    H5ad.write(RIGHT, folder.resolve("right.h5ad"));
    try (var collection =
        AnnCollection.of(
            H5ad.open(folder.resolve("left.h5ad")), H5ad.open(folder.resolve("right.h5ad")))) {
      var source = Registry.of(collection.view(), Setup.DEFAULT).bind(collection);
      var expected = AnnCollection.of(LEFT, RIGHT).view().layer(null);
      assertThat(source.window()).isGreaterThan(1);
      int cells = 0;
      for (var batch : Loader.shuffled(source, new int[] {0, 1, 2, 3, 4}, 2, 7).epoch(0)) {
        assertThat(batch.counts().toDense().values())
            .isEqualTo(expected.rows(batch.cells()).toDense().values());
        cells += batch.size();
      }
      assertThat(cells).isEqualTo(5);
    }
  }

  @Test
  void categoriesOfAJoinedColumnBecomeTheirUnion() {
    var site =
        (Column.Categorical) AnnCollection.of(LEFT, RIGHT).obs().column("site").orElseThrow();
    assertThat(site.categories()).containsExactly("u", "v", "w");
    assertThat(site.codes()).containsExactly(0, 1, 1, 2, -1);
  }

  @Test
  void namesTheSourceOfEachCell() {
    var collection =
        AnnCollection.of(
            List.of(LEFT, RIGHT),
            new AnnCollection.Options(
                AnnCollection.Join.INNER,
                AnnCollection.Join.NONE,
                "origin",
                List.of("left", "right"),
                "-"));
    assertThat(collection.obs().index()).contains("l1-left", "r2-right");
    assertThat(collection.obs().column("origin").orElseThrow().text(2)).isEqualTo("right");
    assertThat(collection.part(2)).isEqualTo(1);
    assertThat(collection.row(4)).isEqualTo(2);
    assertThat(collection.part(1)).isZero();
  }

  @Test
  void refusesDifferentGenesWithoutAJoin() {
    assertThatThrownBy(() ->
            AnnCollection.of(
                List.of(LEFT, RIGHT),
                new AnnCollection.Options(
                    AnnCollection.Join.NONE, AnnCollection.Join.NONE, null, List.of(), null)))
        .hasMessageContaining("join them with INNER");
  }

  @Test
  void refusesDataWithoutACommonGene() {
    var other = data(List.of("x", "y"), new float[] {1, 1}, DataFrame.of(List.of("o")));
    assertThatThrownBy(() -> AnnCollection.of(LEFT, other))
        .hasMessageContaining("no gene in common")
        .hasMessageContaining("'a'")
        .hasMessageContaining("'x'");
  }

  @Test
  void refusesGenesThatShareAName() {
    var twice = data(List.of("a", "a"), new float[] {1, 1}, DataFrame.of(List.of("o")));
    assertThatThrownBy(() -> AnnCollection.of(LEFT, twice))
        .hasMessageContaining("gene name 'a' occurs twice");
  }
}
