package org.syncyte.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.syncyte.models.distributions.CountDraws;

class ProteinTrainingPartsTest {
  @Test
  void twoNormalsFindTheLowerOfTwoGroups() {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    var values = new double[4000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 4 == 0 ? 5 + random.nextGaussian() : 1 + 0.5 * random.nextGaussian();
    }
    var lower = Objects.requireNonNull(TwoNormals.fit(values));
    assertThat(lower.lowerMean()).isCloseTo(1, Offset.offset(0.05));
    assertThat(Math.sqrt(lower.lowerVariance())).isCloseTo(0.5, Offset.offset(0.05));
    assertThat(TwoNormals.fit(new double[] {0, 0, 0})).isNull();
  }

  @Test
  void theRateFallsAfterMoreThanSoManyEpochsWithoutImprovement() {
    var watch = new Plateau(0.5, 2).watch();
    double rate = 1;
    double[] values = {5, 4, 4, 4, 4, 3, 4, 4, 4};
    double[] rates = {1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25};
    for (int i = 0; i < values.length; i++) {
      rate = watch.next(rate, values[i]);
      assertThat(rate).as("epoch %d", i).isEqualTo(rates[i]);
    }
    assertThatThrownBy(() -> new Plateau(1, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void annealingCountsStepsOnlyWithoutEpochs() {
    var steps = new KlWarmup(0, 100);
    assertThat(steps.weight(7, 0)).isZero();
    assertThat(steps.weight(7, 25)).isEqualTo(0.25);
    assertThat(steps.weight(0, 100)).isEqualTo(1);
    assertThat(new KlWarmup(10, 100).weight(5, 100)).isEqualTo(0.5);
    var usual = TrainOptions.of("TOTALVI", 1001);
    assertThat(usual.nStepsKlWarmup()).isEqualTo(750);
    assertThat(usual.nEpochsKlWarmup()).isZero();
    assertThat(usual.learningRate()).isEqualTo(4e-3);
    assertThat(TrainOptions.of("TOTALANVI", 1001).nEpochsKlWarmup()).isEqualTo(400);
  }

  @Test
  void countsHaveTheMeanAndVarianceOfTheirDistribution() {
    var draws = new CountDraws(RandomGeneratorFactory.of("L64X128MixRandom").create(2));
    for (double[] one : new double[][] {{0.3, 0.5}, {4, 2}, {200, 10}}) {
      int n = 40_000;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double count = draws.negativeBinomial(one[0], one[1]);
        sum += count;
        squares += count * count;
      }
      double mean = sum / n;
      double variance = squares / n - mean * mean;
      double expected = one[0] + one[0] * one[0] / one[1];
      assertThat(mean).isCloseTo(one[0], Offset.offset(5 * Math.sqrt(expected / n)));
      assertThat(variance / expected).isCloseTo(1, Offset.offset(0.08));
    }
    assertThat(draws.negativeBinomial(0, 1)).isZero();
  }
}
