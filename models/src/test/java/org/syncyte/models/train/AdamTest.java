package org.syncyte.models.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.syncyte.models.engine.Compute;

class AdamTest {
  @Test
  void tenStepsEqualTheFormulaInDoublePrecision() {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
    var start = new float[] {0.5f, -1, 2};
    var expected = new double[] {0.5, -1, 2};
    var m = new double[3];
    var v = new double[3];
    try (var arrays = Compute.scope();
        var _ = Compute.recording(true)) {
      var weight = arrays.create(start);
      var untouched = arrays.create(start);
      weight.setRequiresGradient(true);
      untouched.setRequiresGradient(true);
      var adam = new Adam(arrays, List.of(weight, untouched), 0.1, 0.01, 0.02);
      for (int t = 1; t <= 10; t++) {
        var slope = new float[3];
        for (int i = 0; i < 3; i++) {
          slope[i] = (float) random.nextGaussian() * 0.1f;
          double g = slope[i] + 0.02 * expected[i];
          m[i] = 0.9 * m[i] + 0.1 * g;
          v[i] = 0.999 * v[i] + 0.001 * g * g;
          expected[i] -=
              0.1
                  * (m[i] / (1 - Math.pow(0.9, t)))
                  / (Math.sqrt(v[i]) / Math.sqrt(1 - Math.pow(0.999, t)) + 0.01);
        }
        Compute.backward(weight.mul(arrays.create(slope)).sum());
        adam.step();
      }
      for (int i = 0; i < 3; i++) {
        assertThat((double) weight.getFloat(i)).isCloseTo(expected[i], Offset.offset(1e-5));
      }
      assertThat(untouched.toFloatArray()).isEqualTo(start);
    }
  }

  @Test
  void warmupRisesToOneAndEarlyStoppingCountsEpochsWithoutGain() {
    assertThat(new KlWarmup(400).weight(0)).isZero();
    assertThat(new KlWarmup(400).weight(9)).isEqualTo(9 / 400.0);
    assertThat(new KlWarmup(400).weight(400)).isEqualTo(1);
    assertThat(new KlWarmup(0).weight(0)).isEqualTo(1);
    var watch = new EarlyStopping(2, 0, 1).watch();
    assertThat(watch.stop(0, 1)).isFalse();
    assertThat(watch.stop(1, 5)).isFalse();
    assertThat(watch.stop(2, 5)).isFalse();
    assertThat(watch.stop(3, 4)).isFalse();
    assertThat(watch.stop(4, 4)).isFalse();
    assertThat(watch.stop(5, 6)).isTrue();
    assertThat(new EarlyStopping(9, 0, 0).watch().stop(0, Double.NaN)).isTrue();
  }
}
