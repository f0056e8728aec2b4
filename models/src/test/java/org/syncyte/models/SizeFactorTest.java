package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.tasks.NormalizedExpression;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

/// With a size factor s of each cell: ℓ = log s and μ = s softplus(W h), whatever a cell's counts
/// sum to, and no prior of the library even if one is asked for.
class SizeFactorTest {
  private static final int CELLS = 90;
  private static final Setup SETUP = new Setup(null, "site", null, "factor");

  @Test
  void standsForTheSumOfCountsInTrainingAndAfter() {
    var cells = MadeUpCells.of(CELLS, 1);
    var data = with(cells, 1);
    var registry = Registry.of(data, SETUP);
    var config = Map.of("n_hidden", "16", "n_latent", "4", "use_observed_lib_size", "false");
    try (var fit = Fit.start("SCVI", config, registry, 0)) {
      assertThat(fit.state().tensors()).doesNotContainKey("library_log_means");
      var history =
          Trainer.train(
              fit,
              registry.bind(data),
              TrainOptions.DEFAULT.withEpochs(20).withLearningRate(0.01),
              TrainListener.NONE);
      var loss = history.of("reconstruction_loss_train");
      assertThat(loss.getLast()).isLessThan(0.8 * loss.getFirst());
      check(fit, cells);
      try (var loaded = Fit.of(fit.saved())) {
        assertThat(loaded.registry().setup().sizeFactorKey()).isEqualTo("factor");
        check(loaded, cells);
      }
    }
  }

  private static void check(Fit fit, AnnData cells) {
    var scale = expression(fit, with(cells, 1), 1.0);
    var rate = expression(fit, with(cells, 1), null);
    var twice = expression(fit, with(cells, 2), null);
    double sum = 0;
    for (int i = 0; i < rate.length; i++) {
      double factor = factor(i / MadeUpCells.GENES, 1);
      assertThat((double) rate[i])
          .isCloseTo(factor * scale[i], Offset.offset(1e-4 * (1 + Math.abs(rate[i]))));
      assertThat((double) twice[i])
          .isCloseTo(2.0 * rate[i], Offset.offset(1e-4 * (1 + Math.abs(twice[i]))));
      sum += scale[i] / CELLS;
    }
    // Of a softmax it would be one.
    assertThat(sum).isGreaterThan(5);
  }

  @Test
  void refusesFactorsThatAreNone() {
    var cells = MadeUpCells.of(6, 1);
    var registry = Registry.of(with(cells, 1), SETUP);
    for (var bad : List.of(0.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY)) {
      var factors = new double[] {1, 1, 1, bad, 1, 1};
      var data = cells.withObs(cells.obs().with("factor", new Column.Floats(factors, false)));
      assertThatThrownBy(() -> registry.bind(data))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("size factor: column 'factor' is")
          .hasMessageContaining("cell 3");
    }
    assertThatThrownBy(() -> registry.bind(cells)).hasMessageContaining("'factor' is not in obs");
  }

  private static float[] expression(
      Fit fit, AnnData cells, @org.jspecify.annotations.Nullable Double size) {
    return NormalizedExpression.of(
            fit,
            fit.bind(cells),
            new NormalizedExpression.Options(List.of(), null, size, 1, Noise.NONE))
        .values();
  }

  private static AnnData with(AnnData cells, double times) {
    var factors = new double[cells.cells()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = factor(i, times);
    }
    return cells.withObs(cells.obs().with("factor", new Column.Floats(factors, false)));
  }

  private static double factor(int cell, double times) {
    return times * (0.5 + cell % 7 / 4.0);
  }
}
