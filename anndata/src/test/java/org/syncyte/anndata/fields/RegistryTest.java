package org.syncyte.anndata.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.collection.AnnCollection;

final class RegistryTest {
  private static final Setup SETUP = new Setup(null, "batch", "type", null);
  private static final AnnData DATA =
      data(List.of("a", "b", "c"), new float[] {1, 0, 3, 0, 5, 0, 2, 2, 2}, strings("y", "x", "y"));

  private static AnnData data(List<String> genes, float[] values, Column batch) {
    int cells = values.length / genes.size();
    var obs =
        DataFrame.of(java.util.stream.IntStream.range(0, cells).mapToObj(i -> "c" + i).toList())
            .with("batch", batch)
            .with(
                "type", new Column.Categorical(new int[cells], List.of("T", "unused", "B"), false))
            .with("age", new Column.Floats(new double[cells], false))
            .with("size", new Column.Floats(filled(cells, 2), false));
    return AnnData.of(new Dense(cells, genes.size(), values).toCsr(), obs, DataFrame.of(genes));
  }

  private static double[] filled(int n, double value) {
    var values = new double[n];
    java.util.Arrays.fill(values, value);
    return values;
  }

  private static Column strings(@Nullable String... values) {
    return new Column.Strings(values);
  }

  @Test
  void plainColumnsGiveSortedCategoriesAndCategoricalOnesKeepUnusedOnes() {
    var registry = Registry.of(DATA, SETUP);
    assertThat(registry.batches()).containsExactly("x", "y");
    assertThat(registry.labels()).containsExactly("T", "unused", "B");
    var bound = registry.bind(DATA);
    assertThat(bound.batch()).containsExactly(1, 0, 1);
    assertThat(bound.labels()).containsExactly(0, 0, 0);
  }

  @Test
  void numbersAreSortedBySize() {
    var data =
        data(List.of("a"), new float[] {1, 1, 1}, new Column.Ints(new long[] {10, 9, -1}, null));
    assertThat(Registry.of(data, SETUP).batches()).containsExactly("-1", "9", "10");
  }

  @Test
  void textIsSortedByCodePoint() {
    var data = data(List.of("a"), new float[] {1, 1, 1, 1}, strings("\uffee", "😀", "Z", "a"));
    assertThat(Registry.of(data, SETUP).batches()).containsExactly("Z", "a", "\uffee", "😀");
  }

  @Test
  void withoutAKeyThereIsOneCategory() {
    var registry = Registry.of(DATA, Setup.DEFAULT);
    assertThat(registry.batches()).containsExactly("0");
    assertThat(registry.bind(DATA).read(new int[] {2, 0}).batch()).containsExactly(0, 0);
  }

  @Test
  void bringsGenesIntoTheOrderOfTheReference() {
    var registry = Registry.of(DATA, SETUP);
    var other = data(List.of("c", "z", "a"), new float[] {3, 9, 1, 0, 9, 4}, strings("x", "y"));
    var bound = registry.bind(other);
    assertThat(bound.genes()).isEqualTo(3);
    assertThat(bound.read(new int[] {1, 0}).counts().toDense().values())
        .containsExactly(4, 0, 0, 1, 0, 3);
    assertThat(bound.notes()).anyMatch(note -> note.contains("1 of 3 genes"));
  }

  @Test
  void readsSeveralDataSetsAsOne() {
    var registry = Registry.of(DATA, SETUP);
    var other = data(List.of("c", "b", "a"), new float[] {7, 8, 9}, strings("x"));
    var bound = registry.bind(DATA, other);
    assertThat(bound.cells()).isEqualTo(4);
    assertThat(bound.read(new int[] {3, 1}).counts().toDense().values())
        .containsExactly(9, 8, 7, 0, 5, 0);
    var collection = AnnCollection.of(DATA, other);
    assertThat(registry.bind(collection).read(new int[] {3, 1}).counts().toDense().values())
        .containsExactly(9, 8, 7, 0, 5, 0);
  }

  @Test
  void givesCovariatesAndSizeFactors() {
    var registry =
        Registry.of(
            DATA, new Setup(null, null, null, "size"), List.of("batch", "type"), List.of("age"));
    var batch = registry.bind(DATA).read(new int[] {1, 2});
    assertThat(batch.categorical()).containsExactly(0, 0, 1, 0);
    assertThat(batch.continuous()).containsExactly(0, 0);
    assertThat(batch.sizeFactor()).containsExactly(2, 2);
    assertThat(registry.categorical().getFirst())
        .isEqualTo(new CategoricalCovariate("batch", List.of("x", "y")));
  }

  @Test
  void unlabeledIsSwappedToTheEndOrAppended() {
    var registry = Registry.of(DATA, SETUP);
    assertThat(registry.withUnlabeled("T").labels()).containsExactly("B", "unused", "T");
    assertThat(registry.withUnlabeled("Unknown").labels())
        .containsExactly("T", "unused", "B", "Unknown");
  }

  @Test
  void aSetupThatNamesTheUnlabeledPutsItLastAndClassesAreTheOthers() {
    var registry = Registry.of(DATA, SETUP.withLabels("type", "T"));
    assertThat(registry).isEqualTo(Registry.of(DATA, SETUP).withUnlabeled("T"));
    assertThat(registry.classes()).containsExactly("B", "unused");
    assertThat(Registry.of(DATA, SETUP).classes()).containsExactly("T", "unused", "B");
    var bare = Registry.of(DATA, new Setup(null, "batch", null, null));
    assertThat(bare.relabelled(DATA, "type", "T").labels()).isEqualTo(registry.labels());
    assertThat(bare.relabelled(DATA, "type", "T").batches()).isEqualTo(registry.batches());
    assertThatThrownBy(() -> new Setup(null, null, null, null, "T"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column of labels");
  }

  @Test
  void aDataSetWithoutLabelsIsUnlabelledWhenAllowed() {
    var registry = Registry.of(DATA, SETUP).withUnlabeled("Unknown");
    var bare = DATA.withObs(DataFrame.of(DATA.obs().index()).with("batch", strings("x", "x", "y")));
    assertThat(registry.bind(Check.COUNTS, "Unknown", bare).labels()).containsExactly(3, 3, 3);
    assertThatThrownBy(() -> registry.bind(bare))
        .hasMessageContaining("labels: column 'type' is not in obs");
  }

  @Test
  void extendingAppendsNewCategoriesSorted() {
    var other = data(List.of("a", "b", "c"), new float[] {1, 1, 1, 1, 1, 1}, strings("z", "b"));
    var extended = Registry.of(DATA, SETUP).extended(other);
    assertThat(extended.batches()).containsExactly("x", "y", "b", "z");
    assertThat(extended.bind(other).batch()).containsExactly(3, 2);
  }

  @Test
  void refusesAnUnseenBatch() {
    var other = data(List.of("a", "b", "c"), new float[] {1, 1, 1}, strings("0"));
    assertThatThrownBy(() -> Registry.of(DATA, SETUP).bind(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch: '0' of column 'batch' is not in the reference")
        .hasMessageContaining("'x', 'y'");
  }

  @Test
  void refusesAMissingColumn() {
    var other = DATA.withObs(DataFrame.of(DATA.obs().index()));
    assertThatThrownBy(() -> Registry.of(DATA, SETUP).bind(other))
        .hasMessageContaining("batch: column 'batch' is not in obs");
  }

  @Test
  void refusesAMissingValue() {
    var other = data(List.of("a", "b", "c"), new float[] {1, 1, 1, 1, 1, 1}, strings("x", null));
    assertThatThrownBy(() -> Registry.of(DATA, SETUP).bind(other))
        .hasMessageContaining("'batch' is missing for cell 1");
  }

  @Test
  void refusesDataWithoutACommonGene() {
    var other = data(List.of("ENSG1"), new float[] {1}, strings("x"));
    assertThatThrownBy(() -> Registry.of(DATA, SETUP).bind(other))
        .hasMessageContaining("no gene in common")
        .hasMessageContaining("'ENSG1'");
  }

  @Test
  void refusesGenesThatShareAName() {
    var other = data(List.of("a", "b", "a"), new float[] {1, 1, 1}, strings("x"));
    assertThatThrownBy(() -> Registry.of(other, SETUP))
        .hasMessageContaining("gene name 'a' occurs twice");
    assertThatThrownBy(() -> Registry.of(DATA, SETUP).bind(other))
        .hasMessageContaining("gene name 'a' occurs twice");
  }

  @Test
  void refusesValuesThatAreNoCounts() {
    refused(1.5f, "value 1.5 of cell 1, gene 2: counts are whole numbers");
    refused(-1f, "value -1.0 of cell 1, gene 2: counts are not negative");
    refused(Float.NaN, "value NaN of cell 1, gene 2: values must be finite");
    refused(Float.POSITIVE_INFINITY, "values must be finite");
  }

  private static void refused(float value, String message) {
    var other = data(List.of("a", "b", "c"), new float[] {1, 0, 1, 0, 0, value}, strings("x", "y"));
    assertThatThrownBy(() -> Registry.of(DATA, SETUP).bind(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X: ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesCountsThatAreAllZero() {
    var other = data(List.of("a", "b", "c"), new float[6], strings("x", "y"));
    assertThatThrownBy(() -> Registry.of(DATA, SETUP).bind(other))
        .hasMessageContaining("all counts are zero");
    assertThat(Registry.of(DATA, SETUP).bind(Check.NONE, null, other).cells()).isEqualTo(2);
  }

  @Test
  void allowsNormalisedValuesWhenAsked() {
    var other = data(List.of("a", "b", "c"), new float[] {0.5f, -2, 0}, strings("x"));
    assertThat(Registry.of(DATA, SETUP).bind(Check.FINITE, null, other).cells()).isEqualTo(1);
  }

  @Test
  void refusesSizeFactorsThatAreNotPositive() {
    var setup = new Setup(null, null, null, "age");
    assertThatThrownBy(() -> Registry.of(DATA, setup).bind(DATA))
        .hasMessageContaining("size factors are positive");
  }

  @Test
  void refusesALayerThatIsNotThere() {
    assertThatThrownBy(() -> Registry.of(DATA, new Setup("counts", null, null, null)))
        .hasMessageContaining("layer 'counts' is not in the file");
  }
}
