package org.syncyte.models.distributions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.hipparchus.special.Gamma;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.syncyte.models.engine.Compute;

/// Draws against moments and exact distribution functions, within five standard errors.
class SamplingTest {
  private static final int DRAWS = 40_000;

  @ParameterizedTest
  @CsvSource({"0.3, 0.5", "2, 1", "5, 0.05", "12, 30", "3, 1e6", "300, 2", "40, 0.7"})
  void negativeBinomialsFollowTheirDistribution(double mu, double theta) {
    try (var scope = Compute.scope()) {
      var draws = new Sampling(1).draw(new NegativeBinomial(row(scope, mu), row(scope, theta)));
      moments(draws, mu, mu + mu * mu / theta, kurtosis(mu, theta));
      double logZero = theta * Math.log(theta / (theta + mu));
      double cumulated = 0;
      for (int k = 0; k <= 2 * mu; k++) {
        double log =
            Gamma.logGamma(k + theta)
                - Gamma.logGamma(theta)
                - Gamma.logGamma(k + 1.0)
                + logZero
                + k * Math.log(mu / (theta + mu));
        cumulated += Math.exp(log);
        if (k == (int) (mu / 4) || k == (int) mu || k == (int) (2 * mu)) {
          share(draws, k, cumulated);
        }
      }
    }
  }

  @Test
  void zerosAreForcedAsOftenAsSaid() {
    try (var scope = Compute.scope()) {
      var zinb =
          new ZeroInflatedNegativeBinomial(
              row(scope, 4), row(scope, 2), row(scope, Math.log(0.3 / 0.7)));
      var draws = new Sampling(2).draw(zinb);
      double mean = 0.7 * 4;
      double variance = 0.7 * 4 * (4 + 2 + 2 * 0.3 * 4) / 2;
      assertThat((double) zinb.variance().getFloat(0, 0)).isCloseTo(variance, Offset.offset(1e-4));
      moments(draws, mean, variance, 12);
      share(draws, 0, 0.3 + 0.7 * Math.pow(2.0 / 6, 2));
    }
  }

  @ParameterizedTest
  @CsvSource({"0.01", "0.8", "25", "60", "20000"})
  void poissonsFollowTheirDistribution(double rate) {
    try (var scope = Compute.scope()) {
      var draws = new Sampling(3).draw(new Poisson(row(scope, rate)));
      moments(draws, rate, rate, 3 + 1 / rate);
      int at = (int) rate;
      share(draws, at, Gamma.regularizedGammaQ(at + 1.0, rate));
    }
  }

  @Test
  void ratesAreGammas() {
    try (var scope = Compute.scope()) {
      var draws = new Sampling(4).rate(row(scope, 6), row(scope, 0.4));
      moments(draws, 6, 36 / 0.4, 3 + 6 / 0.4);
      for (double at : new double[] {0.1, 3, 12}) {
        long below = 0;
        for (float draw : draws) {
          below += draw <= at ? 1 : 0;
        }
        double exact = Gamma.regularizedGammaP(0.4, at * 0.4 / 6);
        assertThat(below / (double) DRAWS)
            .isCloseTo(exact, Offset.offset(5 * Math.sqrt(exact * (1 - exact) / DRAWS)));
      }
    }
  }

  @Test
  void extremesGiveNumbers() {
    try (var scope = Compute.scope()) {
      var mu = scope.create(new float[] {0, 1e-30f, 1e6f, 1e12f, 5}, new Shape(1, 5));
      var theta = scope.create(new float[] {1, 1, 1e-3f, 1e10f, 1e-30f});
      var draws = new Sampling(5).draw(new NegativeBinomial(mu, theta));
      assertThat(draws[0]).isZero();
      assertThat(draws[1]).isZero();
      assertThat(draws[3]).isCloseTo(1e8f, Offset.offset(1e5f));
      for (float draw : draws) {
        assertThat(draw).isFinite().isNotNegative();
      }
      var normal = new Normal(row(scope, -2), row(scope, 9));
      moments(new Sampling(6).draw(normal), -2, 9, 3);
    }
  }

  private static ai.djl.ndarray.NDArray row(NDManager scope, double value) {
    var values = new float[DRAWS];
    Arrays.fill(values, (float) value);
    return scope.create(values, new Shape(1, DRAWS));
  }

  private static double kurtosis(double mu, double theta) {
    return 3 + 6 / theta + 1 / (mu + mu * mu / theta);
  }

  private static void moments(float[] draws, double mean, double variance, double kurtosis) {
    double sum = 0;
    double square = 0;
    for (float draw : draws) {
      sum += draw;
      square += (draw - mean) * (draw - mean);
    }
    assertThat(sum / DRAWS).isCloseTo(mean, Offset.offset(5 * Math.sqrt(variance / DRAWS)));
    assertThat(square / DRAWS)
        .isCloseTo(variance, Offset.offset(5 * variance * Math.sqrt((kurtosis - 1) / DRAWS)));
  }

  private static void share(float[] draws, int to, double exact) {
    long count = 0;
    for (float draw : draws) {
      count += draw <= to ? 1 : 0;
    }
    assertThat(count / (double) DRAWS)
        .as("share up to %d", to)
        .isCloseTo(exact, Offset.offset(5 * Math.sqrt(exact * (1 - exact) / DRAWS) + 1e-6));
  }
}
