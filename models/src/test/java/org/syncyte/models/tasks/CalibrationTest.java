package org.syncyte.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.Dense;

class CalibrationTest {
  private static final List<String> CLASSES = List.of("a", "b", "c");

  @Test
  void countsWhatIsRightAndHowSureItWas() {
    var told =
        new Predictions(
            CLASSES,
            new Dense(
                4, 3, new float[] {.9f, .05f, .05f, .9f, .1f, 0, .2f, .8f, 0, .1f, .1f, .8f}));
    var found = Calibration.of(told, new int[] {0, 1, 1, -1});
    assertThat(found.cells()).isEqualTo(3);
    assertThat(found.accuracy()).isCloseTo(2 / 3.0, Offset.offset(1e-9));
    // Two cells at 0.9, one right; one cell at 0.8, right.
    assertThat(found.error()).isCloseTo((0.8 + 0.2) / 3, Offset.offset(1e-6));
    assertThat(found.logLoss())
        .isCloseTo(-(Math.log(.9) + Math.log(.1) + Math.log(.8)) / 3, Offset.offset(1e-6));
    assertThat(Calibration.confusion(told, new int[] {0, 1, 1, -1}))
        .isEqualTo(new int[][] {{1, 0, 0}, {1, 1, 0}, {0, 0, 0}});
    assertThatThrownBy(() -> Calibration.of(told, new int[] {-1, -1, -1, -1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no cell");
  }

  @Test
  void findsTheTemperatureByWhichAModelWasTooSure() {
    var random = new Random(1);
    int cells = 6000;
    var sharp = new float[cells * 3];
    var known = new int[cells];
    for (int cell = 0; cell < cells; cell++) {
      var logits = new double[3];
      Arrays.setAll(logits, _ -> 1.5 * random.nextGaussian());
      var honest = softmax(logits, 1);
      var overdone = softmax(logits, 1 / 3.0);
      double u = random.nextDouble();
      known[cell] = u < honest[0] ? 0 : u < honest[0] + honest[1] ? 1 : 2;
      for (int k = 0; k < 3; k++) {
        sharp[cell * 3 + k] = (float) overdone[k];
      }
    }
    var told = new Predictions(CLASSES, new Dense(cells, 3, sharp));
    double temperature = Calibration.temperature(told, known);
    assertThat(temperature).isCloseTo(3, Offset.offset(0.2));
    var before = Calibration.of(told, known);
    var after = Calibration.of(Calibration.at(told, temperature), known);
    assertThat(before.error()).isGreaterThan(0.15);
    assertThat(after.error()).isLessThan(0.025);
    assertThat(after.logLoss()).isLessThan(before.logLoss());
    assertThat(after.accuracy()).isEqualTo(before.accuracy());
  }

  @Test
  void densitiesOfSamplesIntegrateAndTellThemApart() {
    int cells = 60;
    var mean = new float[cells];
    var variance = new float[cells];
    var random = new Random(2);
    for (int i = 0; i < cells; i++) {
      mean[i] = (float) random.nextGaussian() + (i < 30 ? -3 : 3);
      variance[i] = 0.3f;
    }
    var latent = new Latent(new Dense(cells, 1, mean), new Dense(cells, 1, variance));
    var samples = new LinkedHashMap<String, int[]>();
    samples.put("left", java.util.stream.IntStream.range(0, 30).toArray());
    int[] right = java.util.stream.IntStream.range(30, 60).toArray();
    samples.put("right", right);
    for (@Nullable Double freedom : new @Nullable Double[] {null, 3.0}) {
      var found = DifferentialAbundance.of(latent, samples, null, freedom, 0);
      for (int i = 0; i < cells; i++) {
        assertThat(found.at(i, 0) > found.at(i, 1)).isEqualTo(i < 30);
      }
      double integral = 0;
      for (double x = -60; x < 60; x += 0.05) {
        var at = mean.clone();
        at[0] = (float) x;
        // Only the place of the cell asked about moves; the sample is the other side's.
        var moved = new Latent(new Dense(cells, 1, at), new Dense(cells, 1, variance));
        integral += 0.05 * Math.exp(one(moved, right, freedom));
      }
      assertThat(integral).isCloseTo(1, Offset.offset(freedom == null ? 1e-3 : 5e-3));
    }
  }

  private static double one(Latent latent, int[] sample, @Nullable Double freedom) {
    var cells = new int[sample.length + 1];
    System.arraycopy(sample, 0, cells, 1, sample.length);
    var few =
        new Latent(latent.mean().rows(cells).toDense(), latent.variance().rows(cells).toDense());
    var members = new LinkedHashMap<String, int[]>();
    members.put("s", java.util.stream.IntStream.range(1, cells.length).toArray());
    return DifferentialAbundance.of(few, members, null, freedom, 0).at(0, 0);
  }

  private static double[] softmax(double[] logits, double temperature) {
    var weights = Arrays.stream(logits).map(l -> Math.exp(l / temperature)).toArray();
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / sum).toArray();
  }
}
