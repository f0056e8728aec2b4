package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.tasks.Comparison;
import org.syncyte.models.tasks.DeOptions;
import org.syncyte.models.tasks.DifferentialExpression;
import org.syncyte.models.tasks.IntegratedGradients;
import org.syncyte.models.tasks.PathRule;
import org.syncyte.models.tasks.Selection;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

/// What a model trained on made-up cells says of them: 60 genes, of which 0 to 14 mark type a, 15
/// to 29 type b, 30 to 44 type c, and the rest nothing.
class TasksTest {
  private static final AnnData CELLS = MadeUpCells.of(240, 1);
  private static Fit fit;
  private static DataSource data;

  @BeforeAll
  static void train() {
    var registry = Registry.of(CELLS, MadeUpCells.SETUP.withLabels("type", "none"));
    fit = Fit.start("SCANVI", Map.of("n_latent", "5"), registry, 0);
    data = registry.bind(CELLS);
    Trainer.train(
        fit,
        data,
        TrainOptions.DEFAULT
            .withBatchSize(60)
            .withLearningRate(5e-3)
            .withKlWarmup(20)
            .withEpochs(40),
        TrainListener.NONE);
  }

  @AfterAll
  static void close() {
    fit.close();
  }

  @Test
  void findsTheGenesThatMarkAType() {
    for (var options :
        List.of(
            DeOptions.VANILLA.withSamples(800),
            DeOptions.VANILLA.withSamples(300).withImportance(true),
            DeOptions.CHANGE.withSamples(800).withDelta(null).leavingOutliers(true),
            DeOptions.CHANGE
                .withSamples(800)
                .withPermutations(1000)
                .withCredibleLevels(List.of(0.9))
                .correcting(List.of(), List.of()))) {
      var table =
          DifferentialExpression.of(
              fit, data, Comparison.by(CELLS.obs(), "type", List.of("b", "c"), null), options);
      assertThat(table.size()).isEqualTo(120);
      for (var group : List.of("b", "c")) {
        var tops =
            IntStream.range(0, 120)
                .filter(row -> group.equals(text(table, "group1", row)))
                .filter(row -> number(table, "scale1", row) > number(table, "scale2", row))
                .limit(15)
                .mapToObj(table.index()::get)
                .toList();
        int first = group.equals("b") ? 15 : 30;
        var marked = new HashSet<>(tops);
        marked.removeAll(genes(first, first + 15));
        assertThat(marked).as("%s, %s", group, options).hasSizeLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void explainsLabelsByTheGenesThatMarkThem() {
    var found = IntegratedGradients.ofLabels(fit, data, IntegratedGradients.Options.STANDARD);
    assertThat(found.incompleteness()).isLessThan(1e-2);
    for (var label : List.of("a", "b", "c")) {
      var cells = found.cellsTowards(label);
      assertThat(cells.length).isBetween(70, 90);
      var ranked = found.ranked(cells);
      var tops = IntStream.range(0, 10).mapToObj(row -> text(ranked, "feature", row)).toList();
      int first = 15 * List.of("a", "b", "c").indexOf(label);
      assertThat(genes(first, first + 15)).as(label).containsAll(tops.subList(0, 8));
    }
    var b = IntegratedGradients.ofLabel(fit, data, "b", IntegratedGradients.Options.STANDARD);
    for (int cell : found.cellsTowards("b")) {
      assertThat(b.values().at(cell, 20)).isEqualTo(found.values().at(cell, 20));
    }
  }

  @Test
  void attributionsOfALatentDimensionAddUpToIt() {
    // The rectifiers bend the way: the integral's error falls with the number of steps, no faster.
    var fine = new IntegratedGradients.Options(rule(PathRule.Method.GAUSS_LEGENDRE, 400), null);
    var middle =
        new IntegratedGradients.Options(
            rule(PathRule.Method.RIEMANN_MIDDLE, 400), new float[MadeUpCells.GENES]);
    var few = new Selection(data, IntStream.range(0, 60).toArray());
    for (int d : new int[] {0, 4}) {
      var coarse = IntegratedGradients.ofLatent(fit, few, d, IntegratedGradients.Options.STANDARD);
      assertThat(coarse.incompleteness()).isLessThan(5e-2);
      var found = IntegratedGradients.ofLatent(fit, few, d, fine);
      assertThat(found.incompleteness()).isLessThan(3e-3);
      var again = IntegratedGradients.ofLatent(fit, few, d, middle);
      for (int g = 0; g < MadeUpCells.GENES; g++) {
        assertThat(again.values().at(7, g))
            .isCloseTo(found.values().at(7, g), Offset.offset(5e-3f));
      }
    }
    assertThatThrownBy(
            () -> IntegratedGradients.ofLatent(fit, data, 5, IntegratedGradients.Options.STANDARD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 4");
  }

  private static PathRule rule(PathRule.Method method, int steps) {
    return PathRule.of(method, steps);
  }

  private static List<String> genes(int from, int to) {
    return IntStream.range(from, to).mapToObj(g -> "gene" + g).toList();
  }

  private static String text(DataFrame table, String column, int row) {
    return String.valueOf(table.column(column).orElseThrow().text(row));
  }

  private static double number(DataFrame table, String column, int row) {
    return ((Column.Floats) table.column(column).orElseThrow()).values()[row];
  }
}
