package org.syncyte.anndata.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.collection.AnnCollection;
import org.syncyte.anndata.h5ad.H5ad;

final class ProteinsTest {
  private static final Setup SETUP =
      new Setup(null, "batch", null, null).withProteins(new ProteinKeys("adt"));
  private static final List<String> NAMES = List.of("CD3", "CD4");
  private static final float[] COUNTS = {1, 2, 3, 4, 5, 0};

  private static AnnData data(Dense proteins) {
    int cells = proteins.rows();
    var batch = new String[cells];
    for (int i = 0; i < cells; i++) {
      batch[i] = i < 2 ? "x" : "y";
    }
    var ones = new float[cells];
    java.util.Arrays.fill(ones, 1);
    var obs =
        DataFrame.of(IntStream.range(0, cells).mapToObj(i -> "c" + i).toList())
            .with("batch", new Column.Strings(batch))
            .with("kit", new Column.Strings(new String[] {"k", "j", "k"}));
    return AnnData.of(new Dense(cells, 1, ones).toCsr(), obs, DataFrame.of(List.of("g")))
        .withObsm("adt", proteins);
  }

  private static AnnData data(float[] counts) {
    return data(new Dense(3, 2, counts, NAMES));
  }

  private static Proteins proteins(Registry registry) {
    return Objects.requireNonNull(registry.proteins());
  }

  private static Dense columns(AnnData data) {
    return Objects.requireNonNull(data.obsm().get("adt")).toDense();
  }

  @Test
  void aProteinWithoutCountsInABatchIsNotMeasuredThere() {
    var registry = Registry.of(data(COUNTS), SETUP);
    var proteins = proteins(registry);
    assertThat(proteins.names()).isEqualTo(NAMES);
    assertThat(proteins.measured()).containsExactly(List.of(true, true), List.of(true, false));
    assertThat(proteins(Registry.of(data(new float[] {1, 2, 3, 4, 5, 6}), SETUP)).measured())
        .isEmpty();
    var cells = registry.bind(data(COUNTS)).read(new int[] {2, 0});
    assertThat(cells.proteins()).containsExactly(5, 0, 1, 2);
    assertThat(cells.slice(1, 2).proteins()).containsExactly(1, 2);
    assertThat(cells.panel()).isNull();
  }

  @Test
  void panelsTakeThePlaceOfBatches() {
    var setup = SETUP.withProteins(new ProteinKeys("adt", null, "kit"));
    var registry = Registry.of(data(new float[] {1, 2, 3, 0, 5, 6}), setup);
    assertThat(proteins(registry).panels()).containsExactly("j", "k");
    assertThat(proteins(registry).measured())
        .containsExactly(List.of(true, false), List.of(true, true));
    var bound = registry.bind(data(COUNTS));
    assertThat(bound.read(new int[] {0, 1, 2}).panel()).containsExactly(1, 0, 1);
  }

  @Test
  void namesComeFromUnsOrAreNumbers() {
    var bare = new Dense(3, 2, COUNTS);
    assertThat(proteins(Registry.of(data(bare), SETUP)).names()).containsExactly("0", "1");
    var setup = SETUP.withProteins(new ProteinKeys("adt", "names", null));
    var named = data(bare).withUns("names", new String[] {"CD8", "CD19"});
    assertThat(proteins(Registry.of(named, setup)).names()).containsExactly("CD8", "CD19");
    assertThatThrownBy(() -> Registry.of(data(bare), setup))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'names' is not in uns");
    assertThatThrownBy(() -> Registry.of(data(bare).withUns("names", new String[] {"CD8"}), setup))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 names for the 2 columns");
  }

  @Test
  void queriesAreReadInTheModelsOrder() {
    var registry = Registry.of(data(COUNTS), SETUP);
    var turned = data(new Dense(3, 2, new float[] {2, 1, 4, 3, 0, 5}, List.of("CD4", "CD3")));
    assertThat(registry.bind(turned).read(new int[] {0, 1, 2}).proteins()).containsExactly(COUNTS);
    assertThatThrownBy(() -> registry.bind(data(new Dense(3, 2, COUNTS, List.of("CD3", "CD19")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'CD4' of the model is not in obsm 'adt'");
    assertThatThrownBy(() -> registry.bind(data(new Dense(3, 1, new float[] {1, 2, 3}))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 1 columns, the model knows 2 proteins");
  }

  @Test
  void aQueryTellsAnewWhatItsPanelsMeasured() {
    var registry = Registry.of(data(COUNTS), SETUP);
    var obs = data(COUNTS).obs().with("batch", new Column.Strings(new String[] {"y", "z", "z"}));
    var query = data(new float[] {1, 2, 0, 3, 0, 4}).withObs(obs);
    var proteins = proteins(registry.extended(query));
    assertThat(proteins.measured())
        .containsExactly(List.of(true, true), List.of(true, true), List.of(false, true));
  }

  @Test
  void refusesWhatIsNoCountAndWhatIsNotThere() {
    assertThatThrownBy(() -> Registry.of(data(new float[] {1, 2, -3, 4, 5, 0}), SETUP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("value -3.0 of cell 1, protein 0");
    assertThatThrownBy(() -> Registry.of(data(new float[] {1, 2.5f, 3, 4, 5, 0}), SETUP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2.5");
    assertThatThrownBy(() -> Registry.of(data(new float[] {1, Float.NaN, 3, 4, 5, 0}), SETUP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> Registry.of(data(new float[] {1, 0, 3, 0, 5, 0}), SETUP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'CD4' of obsm 'adt' is zero in every cell");
    assertThatThrownBy(
            () -> Registry.of(data(COUNTS), SETUP.withProteins(new ProteinKeys("protein"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'protein' is not in obsm; it has [adt]");
    assertThatThrownBy(
            () -> Registry.of(data(new Dense(3, 2, COUNTS, List.of("CD3", "CD3"))), SETUP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("named twice");
  }

  @Test
  void namesOfColumnsOutliveFilesAndCollections(@TempDir Path folder) {
    var file = folder.resolve("a.h5ad");
    H5ad.write(data(COUNTS), file);
    try (var read = H5ad.read(file)) {
      assertThat(columns(read).names()).isEqualTo(NAMES);
      assertThat(columns(read).values()).containsExactly(COUNTS);
      var both = AnnCollection.of(read, data(COUNTS)).view();
      assertThat(proteins(Registry.of(both, SETUP)).names()).isEqualTo(NAMES);
    }
    // A name that cannot be a node of a file is left out, the numbers are not.
    H5ad.write(data(new Dense(3, 2, COUNTS, List.of("CD3/CD28", "CD4"))), file);
    try (var read = H5ad.read(file)) {
      assertThat(columns(read).names()).isNull();
      assertThat(columns(read).values()).containsExactly(COUNTS);
    }
  }
}
