package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// Counts from one of two negative binomials that share θ; π is the logit of the first.
///
///     log p(x) = log[ σ(π) NB(x; μ₁, θ) + (1-σ(π)) NB(x; μ₂, θ) ]
///              = a + softplus(b - π - a) - softplus(-π),   a = log NB(x; μ₁, θ), b = log NB(x; μ₂, θ)
public record NegativeBinomialMixture(NDArray first, NDArray second, NDArray theta, NDArray logits)
    implements Distribution {
  @Override
  public NDArray logProbability(NDArray x) {
    var a = new NegativeBinomial(first, theta).logProbability(x);
    var b = new NegativeBinomial(second, theta).logProbability(x).sub(logits);
    return a.add(softplus(b.sub(a))).sub(softplus(logits.neg()));
  }

  @Override
  public NDArray mean() {
    var p = share();
    return first.mul(p).add(second.mul(p.neg().add(1f)));
  }

  @Override
  public NDArray variance() {
    var p = share();
    var q = p.neg().add(1f);
    var within =
        new NegativeBinomial(first, theta)
            .variance()
            .mul(p)
            .add(new NegativeBinomial(second, theta).variance().mul(q));
    return within.add(first.sub(second).square().mul(p).mul(q));
  }

  /// Probability of the first component.
  public NDArray share() {
    return logits.getNDArrayInternal().sigmoid();
  }

  private static NDArray softplus(NDArray x) {
    return x.getNDArrayInternal().softPlus();
  }
}
