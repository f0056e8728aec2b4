package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.hipparchus.random.RandomDataGenerator;

/// Draws from distributions, on the JVM: the same for every number of engine threads.
///
///     NegativeBinomial(μ, θ)   Poisson(w), w ~ Gamma(shape θ, rate θ/μ), w at most 10⁸
///     zero-inflated            the same, or 0 with probability σ(π)
///     Beta(a, b)               g / (g + h), g ~ Gamma(a), h ~ Gamma(b)
///
/// For one thread.
public final class Sampling {
  private static final double LARGEST_RATE = 1e8;

  private final RandomDataGenerator random;

  public Sampling(long seed) {
    random = new RandomDataGenerator(seed);
  }

  /// One value for every element, row by row.
  public float[] draw(Distribution of) {
    return switch (of) {
      case NegativeBinomial(NDArray mu, NDArray theta) -> negativeBinomial(mu, theta);
      case ZeroInflatedNegativeBinomial zinb -> {
        var values = negativeBinomial(zinb.mu(), zinb.theta());
        var dropout = spread(zinb.dropout(), zinb.mu().getShape());
        for (int i = 0; i < values.length; i++) {
          if (random.nextUniform(0, 1) <= dropout[i]) {
            values[i] = 0;
          }
        }
        yield values;
      }
      case NegativeBinomialMixture mixture -> {
        var values = negativeBinomial(mixture.first(), mixture.theta());
        var others = negativeBinomial(mixture.second(), mixture.theta());
        var share = spread(mixture.share(), mixture.first().getShape());
        for (int i = 0; i < values.length; i++) {
          if (random.nextUniform(0, 1) > share[i]) {
            values[i] = others[i];
          }
        }
        yield values;
      }
      case Beta(NDArray a, NDArray b) -> {
        var values = a.toFloatArray();
        var other = spread(b, a.getShape());
        for (int i = 0; i < values.length; i++) {
          double one = random.nextGamma(values[i], 1);
          values[i] = (float) (one / (one + random.nextGamma(other[i], 1)));
        }
        yield values;
      }
      case Poisson(NDArray rate) -> {
        var values = rate.toFloatArray();
        for (int i = 0; i < values.length; i++) {
          values[i] = poisson(values[i]);
        }
        yield values;
      }
      case Normal(NDArray mean, NDArray variance) -> {
        var values = mean.toFloatArray();
        var spread = spread(variance, mean.getShape());
        for (int i = 0; i < values.length; i++) {
          values[i] += (float) (Math.sqrt(spread[i]) * random.nextNormal(0, 1));
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
      values[i] = (float) gamma(shapes[i], values[i]);
    }
    return values;
  }

  private float[] negativeBinomial(NDArray mu, NDArray theta) {
    var values = mu.toFloatArray();
    var shapes = spread(theta, mu.getShape());
    for (int i = 0; i < values.length; i++) {
      values[i] = poisson(Math.min(gamma(shapes[i], values[i]), LARGEST_RATE));
    }
    return values;
  }

  /// With the given shape and mean; zero where either vanishes.
  private double gamma(double shape, double mean) {
    return shape > 0 && mean > 0 ? random.nextGamma(shape, mean / shape) : 0;
  }

  private float poisson(double rate) {
    return rate > 0 ? random.nextPoisson(Math.min(rate, LARGEST_RATE)) : 0;
  }

  private static float[] spread(NDArray parameter, Shape shape) {
    return parameter.getShape().equals(shape)
        ? parameter.toFloatArray()
        : parameter.broadcast(shape).toFloatArray();
  }
}
