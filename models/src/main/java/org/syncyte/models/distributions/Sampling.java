package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Draws from distributions, on the JVM: the same for every number of engine threads.
///
///     NegativeBinomial(μ, θ)   Poisson(w), w ~ Gamma(shape θ, rate θ/μ), w at most 10⁸
///     zero-inflated            the same, or 0 with probability σ(π)
///     mixture                  the first component with probability σ(π), else the second
///     Beta(a, b)               g / (g + h), g ~ Gamma(a), h ~ Gamma(b)
///
/// For one thread.
public final class Sampling {
  private static final double LARGEST_RATE = 1e8;

  private final CountDraws draws;

  public Sampling(long seed) {
    this(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
  }

  public Sampling(RandomGenerator random) {
    draws = new CountDraws(random);
  }

  /// One value for every element, row by row.
  public float[] draw(Distribution of) {
    return switch (of) {
      case NegativeBinomial(NDArray mu, NDArray theta) -> negativeBinomial(mu, theta);
      case ZeroInflatedNegativeBinomial zinb -> {
        var values = negativeBinomial(zinb.mu(), zinb.theta());
        var dropout = spread(zinb.dropout(), zinb.mu().getShape());
        for (int i = 0; i < values.length; i++) {
          if (draws.random().nextDouble() <= dropout[i]) {
            values[i] = 0;
          }
        }
        yield values;
      }
      case NegativeBinomialMixture mixture -> {
        var share = mixture.logits().getNDArrayInternal().sigmoid();
        var first = spread(share, mixture.first().getShape());
        var values = mixture.first().toFloatArray();
        var others = mixture.second().toFloatArray();
        var shapes = spread(mixture.theta(), mixture.first().getShape());
        for (int i = 0; i < values.length; i++) {
          double mu = draws.random().nextDouble() < first[i] ? values[i] : others[i];
          values[i] = draws.poisson(rate(mu, shapes[i]));
        }
        yield values;
      }
      case Beta(NDArray a, NDArray b) -> {
        var values = a.toFloatArray();
        var other = spread(b, a.getShape());
        for (int i = 0; i < values.length; i++) {
          double one = draws.gamma(values[i]);
          values[i] = (float) (one / (one + draws.gamma(other[i])));
        }
        yield values;
      }
      case Poisson(NDArray rate) -> {
        var values = rate.toFloatArray();
        for (int i = 0; i < values.length; i++) {
          values[i] = values[i] > 0 ? draws.poisson(Math.min(values[i], LARGEST_RATE)) : 0;
        }
        yield values;
      }
      case Normal(NDArray mean, NDArray variance) -> {
        var values = mean.toFloatArray();
        var spread = spread(variance, mean.getShape());
        for (int i = 0; i < values.length; i++) {
          values[i] += (float) (Math.sqrt(spread[i]) * draws.random().nextGaussian());
        }
        yield values;
      }
    };
  }

  /// What a negative binomial's Poisson rate is before counting: `Gamma(shape θ, rate θ/μ)`, the
  /// expression without the noise of counting.
  public float[] rate(NDArray mu, NDArray theta) {
    var values = mu.toFloatArray();
    var shapes = spread(theta, mu.getShape());
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rate(values[i], shapes[i]);
    }
    return values;
  }

  private float[] negativeBinomial(NDArray mu, NDArray theta) {
    var values = mu.toFloatArray();
    var shapes = spread(theta, mu.getShape());
    for (int i = 0; i < values.length; i++) {
      values[i] = draws.poisson(rate(values[i], shapes[i]));
    }
    return values;
  }

  /// Zero where there is nothing to expect.
  private double rate(double mu, double theta) {
    return mu > 0 && theta > 0 ? draws.rate(mu, theta) : 0;
  }

  private static float[] spread(NDArray parameter, Shape shape) {
    return parameter.getShape().equals(shape)
        ? parameter.toFloatArray()
        : parameter.broadcast(shape).toFloatArray();
  }
}
