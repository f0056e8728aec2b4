package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// Counts of independent events.
///
///     log p(x) = x log λ - λ - ln Γ(x+1),   0 log 0 = 0
public record Poisson(NDArray rate) implements Distribution {
  @Override
  public NDArray logProbability(NDArray x) {
    return x.xlogy(rate).sub(rate).sub(x.add(1f).gammaln());
  }

  @Override
  public NDArray mean() {
    return rate;
  }

  @Override
  public NDArray variance() {
    return rate;
  }
}
