package org.syncyte.models.distributions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.assertj.core.data.Offset;
import org.hipparchus.special.Gamma;
import org.junit.jupiter.api.Test;
import org.syncyte.models.engine.Compute;

class DistributionTest {
  private static final float[] COUNTS = {0, 1, 2, 7, 50, 1000, 1_000_000};
  private static final float[] MEANS = {1e-4f, 0.3f, 2, 40, 2000};
  private static final float[] DISPERSIONS = {1e-2f, 0.7f, 5, 300};

  @Test
  void logProbabilitiesEqualReference() throws IOException {
    JsonNode golden;
    try (var in = DistributionTest.class.getResourceAsStream("/golden/distributions.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    try (var arrays = Compute.scope()) {
      var x = array(arrays, golden, "x");
      var mu = array(arrays, golden, "mu");
      var theta = array(arrays, golden, "theta");
      var logits = array(arrays, golden, "logits");
      close(golden, "nb", new NegativeBinomial(mu, theta).logProbability(x));
      close(golden, "zinb", new ZeroInflatedNegativeBinomial(mu, theta, logits).logProbability(x));
      close(golden, "poisson_rate_mu", new Poisson(mu).logProbability(x));
    }
  }

  @Test
  void negativeBinomialEqualsIndependentFormulaUpToExtremes() {
    try (var arrays = Compute.scope()) {
      for (float mu : MEANS) {
        for (float theta : DISPERSIONS) {
          var actual =
              new NegativeBinomial(arrays.create(mu), arrays.create(theta))
                  .logProbability(arrays.create(COUNTS))
                  .toFloatArray();
          for (int i = 0; i < COUNTS.length; i++) {
            double x = COUNTS[i];
            double p = (double) mu / ((double) mu + theta);
            double expected =
                Gamma.logGamma(x + theta)
                    - Gamma.logGamma(theta)
                    - Gamma.logGamma(x + 1)
                    + theta * Math.log1p(-p)
                    + x * Math.log(p);
            double size = Gamma.logGamma(x + theta) + Math.abs(expected);
            assertThat((double) actual[i])
                .as("x %s mu %s theta %s", x, mu, theta)
                .isCloseTo(expected, Offset.offset(2e-4 + 2e-8 * x / mu + 1e-6 * Math.abs(size)));
          }
        }
      }
    }
  }

  @Test
  void negativeBinomialOfNoDispersionIsPoisson() {
    try (var arrays = Compute.scope()) {
      var x = arrays.create(new float[] {0, 1, 2, 5});
      var mu = arrays.create(new float[] {2.5f});
      var nb = new NegativeBinomial(mu, arrays.create(1e4f)).logProbability(x).toFloatArray();
      var poisson = new Poisson(mu).logProbability(x).toFloatArray();
      for (int i = 0; i < nb.length; i++) {
        assertThat(nb[i]).isCloseTo(poisson[i], Offset.offset(2e-2f));
      }
    }
  }

  @Test
  void probabilitiesSumToOneAndGiveMeanAndVariance() {
    try (var arrays = Compute.scope()) {
      var mu = arrays.create(new float[] {3});
      var theta = arrays.create(1.7f);
      var all =
          new Distribution[] {
            new NegativeBinomial(mu, theta),
            new ZeroInflatedNegativeBinomial(mu, theta, arrays.create(-0.4f)),
            new Poisson(mu)
          };
      for (var distribution : all) {
        var x = arrays.arange(0f, 400f, 1f);
        var p = distribution.logProbability(x).toFloatArray();
        double sum = 0;
        double mean = 0;
        double square = 0;
        for (int i = 0; i < p.length; i++) {
          double probability = Math.exp(p[i]);
          sum += probability;
          mean += i * probability;
          square += (double) i * i * probability;
        }
        assertThat(sum).isCloseTo(1, Offset.offset(1e-4));
        assertThat(mean).isCloseTo(distribution.mean().getFloat(0), Offset.offset(1e-3));
        assertThat(square - mean * mean)
            .isCloseTo(distribution.variance().getFloat(0), Offset.offset(1e-2));
      }
    }
  }

  @Test
  void normalSamplesAndDivergencesEqualFormulas() {
    try (var arrays = Compute.scope()) {
      var p = new Normal(arrays.create(new float[] {1, -2}), arrays.create(new float[] {0.25f, 4}));
      var standard = new Normal(arrays.create(new float[2]), arrays.create(new float[] {1, 1}));
      var one = Kl.fromStandard(p).toFloatArray();
      var two = Kl.between(p, standard).toFloatArray();
      for (int i = 0; i < one.length; i++) {
        assertThat(one[i]).isCloseTo(two[i], Offset.offset(1e-6f));
      }
      assertThat(one[1]).isCloseTo((float) (0.5 * (4 + 4 - 1 - Math.log(4))), Offset.offset(1e-6f));
      assertThat(p.logProbability(arrays.create(new float[] {1, 0})).toFloatArray()[1])
          .isCloseTo(
              (float) (-0.5 - Math.log(2) - 0.5 * Math.log(2 * Math.PI)), Offset.offset(1e-6f));
      var wide =
          new Normal(
              arrays.create(new float[20_000]).add(3f), arrays.create(new float[20_000]).add(4f));
      var random = java.util.random.RandomGenerator.of("L64X128MixRandom");
      var sample = wide.sample(new RandomNoise(random));
      assertThat(sample.mean().getFloat()).isCloseTo(3, Offset.offset(0.1f));
      assertThat(sample.sub(3f).square().mean().getFloat()).isCloseTo(4, Offset.offset(0.25f));
      var kept = new RandomNoise(random).keep(wide.mean(), 0.1);
      assertThat(kept.mean().getFloat()).isCloseTo(1, Offset.offset(0.02f));
    }
  }

  private static NDArray array(NDManager arrays, JsonNode golden, String name) {
    return arrays.create(floats(golden.get(name)));
  }

  private static float[] floats(JsonNode node) {
    var data = node.get("data");
    var values = new float[data.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) data.get(i).asDouble();
    }
    return values;
  }

  private static void close(JsonNode golden, String name, NDArray actual) {
    var want = floats(golden.get(name));
    var got = actual.toFloatArray();
    assertThat(got).hasSameSizeAs(want);
    for (int i = 0; i < want.length; i++) {
      assertThat(got[i])
          .as("%s[%d]", name, i)
          .isCloseTo(want[i], Offset.offset(1e-4f * (1 + Math.abs(want[i]))));
    }
  }
}
