package org.syncyte.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.anndata.loader.RandomState;

class SemiSupervisedCellsTest {
  private static final int CLASSES = 3;

  /// Cells of which every fourth has no label.
  private record Cells(int cells) implements DataSource {
    @Override
    public int genes() {
      return 1;
    }

    @Override
    public Minibatch read(int[] cells) {
      return new Minibatch(
          cells.clone(),
          Csr.empty(cells.length, 1),
          new int[cells.length],
          Arrays.stream(cells).map(cell -> cell % 4).toArray(),
          null,
          null,
          null);
    }
  }

  @Test
  void readsLabelsOfAnyData() {
    assertThat(new Cells(9000).labels())
        .isEqualTo(IntStream.range(0, 9000).map(cell -> cell % 4).toArray());
  }

  @Test
  void splitsLabelledAndUnlabelledCellsApart() {
    var cells = SemiSupervisedCells.of(new Cells(400), CLASSES);
    var split = cells.split(TrainOptions.DEFAULT.withSeed(7));
    assertThat(split.train()).hasSize(360);
    assertThat(cells.labelled(split.train())).hasSize(270);
    assertThat(cells.labelled(split.validation())).hasSize(30);
    // Of each kind, validation takes the first cells of the permutation.
    var labelled = IntStream.range(0, 400).filter(cell -> cell % 4 < CLASSES).toArray();
    var order = new RandomState(7).permutation(300);
    assertThat(split.validation()[0]).isEqualTo(labelled[order[0]]);
    assertThat(split.train()[0]).isEqualTo(labelled[order[30]]);
    var all = new ArrayList<Integer>();
    for (var part : List.of(split.train(), split.validation(), split.test())) {
      Arrays.stream(part).forEach(all::add);
    }
    assertThat(all).hasSize(400).doesNotHaveDuplicates();
  }

  @Test
  void leavesNoTrainingMinibatchTooSmallToNormalise() {
    for (int count = 20; count < 200; count++) {
      var cells = SemiSupervisedCells.of(new Cells(count), CLASSES);
      int left = cells.split(TrainOptions.DEFAULT.withBatchSize(16)).train().length % 16;
      assertThat(left).as("%d cells", count).isNotIn(1, 2);
      for (var step : cells.shuffled(new int[] {0, 1, 2, 4, 5, 6, 8}, 3, null, 0, 0)) {
        assertThat(Objects.requireNonNull(step.labelled()).size()).isEqualTo(3);
      }
    }
  }

  @Test
  void labelledMinibatchesReturnInTheSameCompositionWithinAnEpoch() {
    var cells = SemiSupervisedCells.of(new Cells(400), CLASSES);
    var some = IntStream.range(0, 400).filter(cell -> cell % 4 == 3 || cell < 40).toArray();
    var epochs = new ArrayList<List<List<Integer>>>();
    for (int epoch = 0; epoch < 2; epoch++) {
      var named = new ArrayList<List<Integer>>();
      int seen = 0;
      for (var step : cells.shuffled(some, 10, null, 3, epoch)) {
        seen += step.cells().size();
        var labelled = Objects.requireNonNull(step.labelled());
        assertThat(labelled.labels()).doesNotContain(CLASSES);
        named.add(Arrays.stream(labelled.cells()).boxed().toList());
      }
      assertThat(seen).isEqualTo(some.length);
      assertThat(named).hasSize(13);
      assertThat(named.get(3)).isEqualTo(named.get(0));
      assertThat(named.get(4)).isEqualTo(named.get(1)).isNotEqualTo(named.get(0));
      epochs.add(named);
    }
    assertThat(epochs.get(0)).isNotEqualTo(epochs.get(1));
  }

  @Test
  void drawsAtMostSoManyCellsOfEachLabelAnewEachEpoch() {
    var cells = SemiSupervisedCells.of(new Cells(400), CLASSES);
    var all = IntStream.range(0, 400).toArray();
    var drawn = new ArrayList<List<Integer>>();
    for (int epoch = 0; epoch < 2; epoch++) {
      var once = new ArrayList<Integer>();
      for (var step : cells.shuffled(all, 100, 5, 3, epoch)) {
        var labelled = Objects.requireNonNull(step.labelled());
        assertThat(labelled.labels()).containsOnly(0, 1, 2).hasSize(15);
        once.addAll(Arrays.stream(labelled.cells()).boxed().sorted().toList());
      }
      drawn.add(once);
    }
    assertThat(drawn.get(0)).isNotEqualTo(drawn.get(1));
  }

  @Test
  void refusesToLearnLabelsFromOneCell() {
    var cells = SemiSupervisedCells.of(new Cells(40), CLASSES);
    assertThatThrownBy(() -> cells.shuffled(new int[] {0, 3, 7, 11}, 4, null, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only one cell");
  }

  @Test
  void classificationCountsRightCellsAndHowSureTheyAre() {
    float[] probabilities = {0.9f, 0.1f, 0.8f, 0.2f, 0.3f, 0.7f, 0.6f, 0.4f};
    var told = Classification.of(0.5, probabilities, new int[] {0, 0, 0, 0});
    assertThat(told.accuracy()).isEqualTo(0.75);
    // Four bins of one cell each: |1-0.9| + |1-0.8| + |0-0.7| + |1-0.6|, over four.
    assertThat(told.calibrationError()).isCloseTo(0.35, org.assertj.core.data.Offset.offset(1e-6));
  }
}
