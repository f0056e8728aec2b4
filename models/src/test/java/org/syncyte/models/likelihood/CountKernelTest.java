package org.syncyte.models.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.hipparchus.special.Gamma;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.syncyte.models.likelihood.CountKernel.Sums;

class CountKernelTest {
  /// Genes, whether with zero inflation, spread of the logits, share of counts above zero.
  @ParameterizedTest
  @CsvSource({
    "1, true, 1, 1",
    "15, true, 2, 0.3",
    "16, false, 2, 0.3",
    "333, true, 3, 0.1",
    "333, false, 3, 0.1",
    "200, true, 12, 0.2",
    "64, true, 1, 0"
  })
  void severalGenesAtATimeGiveWhatTheDefinitionGives(
      int count, boolean inflated, double spread, double density) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(count);
    var genes =
        Genes.of(
            normal(random, count, 1.5),
            normal(random, count, 0.5),
            inflated ? normal(random, count, 0.5) : null);
    int length = Genes.padded(count);
    for (int cell = 0; cell < 20; cell++) {
      var scale = Arrays.copyOf(normal(random, count, spread), length);
      var dropout = inflated ? Arrays.copyOf(normal(random, count, spread), length) : null;
      var counts = new float[length];
      float library = 1;
      for (int g = 0; g < count; g++) {
        if (random.nextDouble() < density) {
          counts[g] = (float) Math.ceil(Math.exp(random.nextGaussian() * 1.5));
          library += counts[g];
        }
      }
      var defined = run(new ScalarKernel(genes), scale, dropout, counts, library);
      var vectors = run(new VectorKernel(genes), scale, dropout, counts, library);
      assertThat(vectors.sums.loss)
          .isCloseTo(defined.sums.loss, within(1e-5 * (10 + Math.abs(defined.sums.loss))));
      assertThat(vectors.sums.library).isCloseTo(defined.sums.library, within(1e-4 * library));
      assertNear("scale", vectors.scale, defined.scale, count);
      assertNear("px_r", vectors.sums.pxR, defined.sums.pxR, count);
      assertNear("scale bias", vectors.sums.scaleBias, defined.sums.scaleBias, count);
      if (dropout != null) {
        assertNear(
            "dropout",
            Objects.requireNonNull(vectors.dropout),
            Objects.requireNonNull(defined.dropout),
            count);
        assertNear("dropout bias", vectors.sums.dropoutBias, defined.sums.dropoutBias, count);
      }
    }
  }

  @Test
  void aCellWithoutCountsHasFiniteGradients() {
    var genes = Genes.of(new float[20], new float[20], new float[20]);
    var found = run(new VectorKernel(genes), new float[32], new float[32], new float[32], 0);
    assertThat(found.sums.loss).isCloseTo(0, within(1e-5));
    for (float[] values :
        new float[][] {found.scale, Objects.requireNonNull(found.dropout), found.sums.pxR}) {
      for (float value : values) {
        assertThat(value).isCloseTo(0f, within(1e-6f));
      }
    }
  }

  @Test
  void risingFactorialEqualsTheGammaFunctions() {
    for (double theta : new double[] {1e-6, 0.01, 0.5, 1, 3.7, 40, 1e4}) {
      for (double x : new double[] {1, 2, 3.5, 9, 120, 5e4}) {
        double expected = Gamma.logGamma(theta + x) - Gamma.logGamma(theta);
        assertThat(Rising.log(theta, x))
            .isCloseTo(expected, within(1e-8 * (1 + Math.abs(Gamma.logGamma(theta + x)))));
        assertThat(Rising.slope(theta, x))
            .isCloseTo(
                Gamma.digamma(theta + x) - Gamma.digamma(theta), within(1e-8 / theta + 1e-8));
        assertThat(Rising.logFactorial(x))
            .isCloseTo(Gamma.logGamma(x + 1), within(1e-8 * (1 + Gamma.logGamma(x + 1))));
      }
    }
  }

  private record Found(float[] scale, float @Nullable [] dropout, Sums sums) {}

  private static Found run(
      CountKernel kernel,
      float[] scale,
      float @Nullable [] dropout,
      float[] counts,
      float library) {
    var sums = new Sums(scale.length);
    var s = scale.clone();
    var d = dropout == null ? null : dropout.clone();
    kernel.cell(s, d, counts, library, sums);
    return new Found(s, d, sums);
  }

  private static void assertNear(String what, float[] actual, float[] expected, int count) {
    float most = 1;
    for (int g = 0; g < count; g++) {
      most = Math.max(most, Math.abs(expected[g]));
    }
    for (int g = 0; g < count; g++) {
      assertThat(actual[g])
          .as("%s of gene %d", what, g)
          .isCloseTo(expected[g], within(most * 2e-5f));
    }
  }

  private static float[] normal(RandomGenerator random, int count, double spread) {
    var values = new float[count];
    for (int g = 0; g < count; g++) {
      values[g] = (float) (random.nextGaussian() * spread);
    }
    return values;
  }
}
