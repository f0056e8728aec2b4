package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// A negative binomial that is forced to zero with probability σ(π); π is the logit of dropout.
///
/// With A = -π + θ [log(θ+ε) - log(θ+μ+ε)], the log of (1-σ(π))/σ(π) times NB(0):
///
///     x = 0    softplus(A) - softplus(-π)
///     x > 0    A - softplus(-π) + x [log(μ+ε) - log(θ+μ+ε)] + ln Γ(x+θ) - ln Γ(θ) - ln Γ(x+1)
///
/// Both lines are computed everywhere and chosen by a 0/1 mask: no branch on data. At x = 0 the last
/// terms of the second line vanish, so it needs the mask in one place only.
public record ZeroInflatedNegativeBinomial(NDArray mu, NDArray theta, NDArray logits)
    implements Distribution {
  @Override
  public NDArray logProbability(NDArray x) {
    var logTotal = mu.add(theta).add(EPSILON).log();
    var zero = x.lt(EPSILON).toType(x.getDataType(), false);
    var a = theta.add(EPSILON).log().sub(logTotal).mul(theta).sub(logits);
    var counted = mu.add(EPSILON).log().sub(logTotal).mul(x);
    var choose = new NegativeBinomial(mu, theta).logChoose(x);
    return softplus(a).sub(a).mul(zero).add(a).add(counted).add(choose).sub(softplus(logits.neg()));
  }

  /// Probability of a forced zero.
  public NDArray dropout() {
    return logits.getNDArrayInternal().sigmoid();
  }

  @Override
  public NDArray mean() {
    return mu.mul(dropout().neg().add(1f));
  }

  @Override
  public NDArray variance() {
    var p = dropout();
    return mu.mul(p.neg().add(1f)).mul(mu.add(theta).add(theta.mul(p).mul(mu))).div(theta);
  }

  private static NDArray softplus(NDArray x) {
    return x.getNDArrayInternal().softPlus();
  }
}
