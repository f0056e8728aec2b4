package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGeneratorFactory;
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
import org.syncyte.minify.MinifiedType;
import org.syncyte.minify.Minifier;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.tasks.Comparison;
import org.syncyte.models.tasks.DeOptions;
import org.syncyte.models.tasks.DifferentialExpression;
import org.syncyte.models.tasks.Elbo;
import org.syncyte.models.tasks.IntegratedGradients;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.MarginalLikelihood;
import org.syncyte.models.tasks.NormalizedExpression;
import org.syncyte.models.tasks.PathRule;
import org.syncyte.models.tasks.PosteriorPredictive;
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

  @Test
  void predictedCountsLookLikeTheRealOnes() {
    var options = new PosteriorPredictive.Options(List.of(), null, 4, 1);
    var draws = PosteriorPredictive.counts(fit, data, options);
    assertThat(draws).hasSize(4);
    var real = data.read(IntStream.range(0, 240).toArray()).counts().toDense();
    for (int type = 0; type < 3; type++) {
      for (int g = type * 15; g < type * 15 + 15; g++) {
        double observed = 0;
        double predicted = 0;
        for (int cell = type; cell < 240; cell += 3) {
          observed += real.at(cell, g) / 80;
          for (var draw : draws) {
            predicted += draw.toDense().at(cell, g) / 320;
          }
        }
        assertThat(predicted).as("gene %d", g).isBetween(0.6 * observed, 1.5 * observed);
      }
    }
    assertThat(PosteriorPredictive.counts(fit, data, options).getFirst().values())
        .isEqualTo(draws.getFirst().values());
    var few =
        PosteriorPredictive.counts(
            fit,
            data,
            new PosteriorPredictive.Options(
                List.of("north", "south"), List.of("gene31", "gene2"), 1, 1));
    assertThat(few.getFirst().columns()).isEqualTo(2);
    assertThatThrownBy(() ->
            PosteriorPredictive.counts(
                fit, data, new PosteriorPredictive.Options(List.of(), List.of("gene99"), 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'gene99'");
  }

  @Test
  void likelihoodParametersAreThoseOfTheLikelihood() {
    var parameters =
        PosteriorPredictive.parameters(
            fit, data, new PosteriorPredictive.Options(List.of(), null, 2, 0));
    var theta = Objects.requireNonNull(parameters.dispersions());
    var dropout = Objects.requireNonNull(parameters.dropout());
    double mean = 0;
    for (int cell = 0; cell < 240; cell++) {
      for (int g = 0; g < MadeUpCells.GENES; g++) {
        assertThat(dropout.at(cell, g)).isBetween(0f, 1f);
        assertThat(theta.at(cell, g))
            .isCloseTo(theta.at(0, g), Offset.offset(1e-4f * theta.at(0, g)));
        mean += parameters.mean().at(cell, g) / 240;
      }
    }
    double library = data.read(new int[] {0}).counts().total(0);
    double first = 0;
    for (int g = 0; g < MadeUpCells.GENES; g++) {
      first += parameters.mean().at(0, g);
    }
    assertThat(first).isCloseTo(library, Offset.offset(1e-3 * library));
    assertThat(mean).isPositive();
  }

  @Test
  void genesOfOneTypeGoTogether() {
    for (var type : PosteriorPredictive.Correlation.values()) {
      var matrix =
          PosteriorPredictive.correlation(
              fit,
              data,
              1000,
              type,
              new PosteriorPredictive.Options(List.of("north", "south"), null, 3, 0));
      double within = 0;
      double across = 0;
      for (int g = 0; g < 15; g++) {
        assertThat(matrix.at(g, g)).isCloseTo(1, Offset.offset(1e-4f));
        assertThat(matrix.at(g, g + 20)).isEqualTo(matrix.at(g + 20, g));
        within += g == 0 ? 0 : matrix.at(0, g) / 14;
        across += matrix.at(0, 15 + g) / 15;
      }
      assertThat(within).as("%s", type).isGreaterThan(0.2);
      assertThat(across).as("%s", type).isLessThan(-0.05);
    }
  }

  @Test
  void marginalLikelihoodIsAboveTheBoundOfScviAndGrowsWithSamples() {
    for (var config :
        List.of(
            Map.of("n_latent", "4"),
            Map.of("n_latent", "4", "use_observed_lib_size", "false"),
            Map.of("n_latent", "4", "latent_distribution", "ln"))) {
      var registry = MadeUpCells.registry(CELLS);
      try (var scvi = Fit.start("SCVI", config, registry, 0)) {
        var bound = registry.bind(CELLS);
        Trainer.train(
            scvi,
            bound,
            TrainOptions.DEFAULT.withBatchSize(60).withLearningRate(5e-3).withEpochs(15),
            TrainListener.NONE);
        var few = new Selection(bound, IntStream.range(0, 60).toArray());
        double elbo = Elbo.of(scvi, few).mean();
        double one = mean(MarginalLikelihood.of(scvi, few, 1));
        double many = mean(MarginalLikelihood.of(scvi, few, 200));
        assertThat(one).as("%s", config).isCloseTo(elbo, Offset.offset(3.0));
        assertThat(many).as("%s", config).isGreaterThan(one + 0.2).isGreaterThan(elbo);
        if (config.containsKey("use_observed_lib_size")) {
          float[] sizes = LatentRepresentation.librarySizes(scvi, few);
          double total = few.read(new int[] {5}).counts().total(0);
          assertThat((double) sizes[5]).isBetween(total / 4, 4 * total);
        } else {
          assertThatThrownBy(() -> LatentRepresentation.librarySizes(scvi, few))
              .isInstanceOf(IllegalStateException.class);
        }
        var random = new RandomNoise(RandomGeneratorFactory.of("L64X128MixRandom").create(1));
        var place = LatentRepresentation.mean(scvi, few, 50, random);
        float sum = place.at(0, 0) + place.at(0, 1) + place.at(0, 2) + place.at(0, 3);
        if (config.containsKey("latent_distribution")) {
          assertThat(sum).isCloseTo(1, Offset.offset(1e-4f));
        } else {
          var mean = LatentRepresentation.of(scvi, few).mean();
          assertThat(place.at(3, 1)).isCloseTo(mean.at(3, 1), Offset.offset(0.6f));
        }
      }
    }
  }

  @Test
  void rowsForTheWholeDataSetAreExpression() {
    var rows = NormalizedExpression.overall(fit, data, 70, "north", false, 0);
    assertThat(rows.rows()).isEqualTo(70);
    for (int i = 0; i < 70; i++) {
      float sum = 0;
      for (int g = 0; g < MadeUpCells.GENES; g++) {
        sum += rows.at(i, g);
      }
      assertThat(sum).isCloseTo(1, Offset.offset(1e-4f));
    }
  }

  @Test
  void minifiedCellsAnswerAsTheFullOnes() {
    var latent = LatentRepresentation.of(fit, data);
    var sizes = new float[240];
    var counts = data.read(IntStream.range(0, 240).toArray()).counts();
    for (int cell = 0; cell < sizes.length; cell++) {
      sizes[cell] = (float) counts.total(cell);
    }
    var stored =
        Minifier.minify(
            CELLS,
            "scanvi",
            latent.mean(),
            latent.variance(),
            sizes,
            MinifiedType.LATENT_POSTERIOR_PARAMETERS);
    var minified = fit.bind(stored);
    var some = new int[] {7, 7, 200, 3};
    var options = NormalizedExpression.Options.atMean();
    var full = NormalizedExpression.of(fit, new Selection(data, some), options).values();
    var few = NormalizedExpression.of(fit, new Selection(minified, some), options).values();
    for (int i = 0; i < full.length; i++) {
      assertThat(few[i]).isCloseTo(full[i], Offset.offset(1e-6f));
    }
    assertThat(LabelTransfer.of(fit, minified).code(5))
        .isEqualTo(LabelTransfer.of(fit, data).code(5));
    var groups = Comparison.by(CELLS.obs(), "type", List.of("a"), null);
    var table =
        DifferentialExpression.of(fit, minified, groups, DeOptions.VANILLA.withSamples(300));
    assertThat(genes(0, 15)).containsAll(table.index().subList(0, 10));
    assertThat(number(table, "raw_mean1", 0)).isZero();
    assertThatThrownBy(() -> DifferentialExpression.of(fit, minified, groups, DeOptions.CHANGE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pseudocounts");
    assertThatThrownBy(() -> Elbo.of(fit, minified))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without counts");
  }

  private static double mean(double[] values) {
    return java.util.Arrays.stream(values).average().orElse(Double.NaN);
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
