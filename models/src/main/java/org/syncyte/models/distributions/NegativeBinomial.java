package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// Counts that vary more than Poisson: mean μ, inverse dispersion θ, variance μ + μ²/θ.
///
///     log p(x) = θ [log(θ+ε) - log(θ+μ+ε)] + x [log(μ+ε) - log(θ+μ+ε)]
///                + ln Γ(x+θ) - ln Γ(θ) - ln Γ(x+1)
///
/// For θ → ∞ it becomes Poisson(μ).
public record NegativeBinomial(NDArray mu, NDArray theta) implements Distribution {
  @Override
  public NDArray logProbability(NDArray x) {
    var logTotal = mu.add(theta).add(EPSILON).log();
    return theta
        .add(EPSILON)
        .log()
        .sub(logTotal)
        .mul(theta)
        .add(mu.add(EPSILON).log().sub(logTotal).mul(x))
        .add(logChoose(x));
  }

  /// ln Γ(x+θ) - ln Γ(θ) - ln Γ(x+1)
  NDArray logChoose(NDArray x) {
    return x.add(theta).gammaln().sub(theta.gammaln()).sub(x.add(1f).gammaln());
  }

  @Override
  public NDArray mean() {
    return mu;
  }

  @Override
  public NDArray variance() {
    return mu.add(mu.square().div(theta));
  }
}
