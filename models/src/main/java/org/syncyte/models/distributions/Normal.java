package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// The normal distribution, by mean and variance.
///
///     log p(x) = -(x - m)² / 2v - log(v)/2 - log(2π)/2
public record Normal(NDArray mean, NDArray variance) implements Distribution {
  private static final float HALF_LOG_TWO_PI = (float) (0.5 * Math.log(2 * Math.PI));

  public static Normal ofScale(NDArray mean, NDArray scale) {
    return new Normal(mean, scale.square());
  }

  @Override
  public NDArray logProbability(NDArray x) {
    var twice = x.sub(mean).square().div(variance).add(variance.log());
    return Scaled.by(twice, -0.5f).sub(HALF_LOG_TWO_PI);
  }

  /// `m + sqrt(v) ε`, through which gradients flow.
  public NDArray sample(Noise noise) {
    return mean.add(variance.sqrt().mul(noise.normal(mean)));
  }
}
