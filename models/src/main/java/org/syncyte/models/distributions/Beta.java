package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// Values strictly between 0 and 1, by two concentrations.
///
///     log p(x) = (a-1) log x + (b-1) log(1-x) + ln Γ(a+b) - ln Γ(a) - ln Γ(b),   0 log 0 = 0
///
/// Mean a/(a+b).
public record Beta(NDArray a, NDArray b) implements Distribution {
  @Override
  public NDArray logProbability(NDArray x) {
    var total = a.add(b);
    return a.sub(1f)
        .xlogy(x)
        .add(b.sub(1f).xlogy(Scaled.by(x, -1f).add(1f)))
        .add(total.gammaln())
        .sub(a.gammaln())
        .sub(b.gammaln());
  }

  @Override
  public NDArray mean() {
    return a.div(a.add(b));
  }

  @Override
  public NDArray variance() {
    var total = a.add(b);
    return a.mul(b).div(total.square().mul(total.add(1f)));
  }
}
