package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// Kullback-Leibler divergences, per element.
public final class Kl {
  private Kl() {}

  /// KL(N(m, v) ‖ N(0, 1)) = ½ [v + m² - 1 - log v]
  public static NDArray fromStandard(Normal p) {
    return p.variance().add(p.mean().square()).sub(1f).sub(p.variance().log()).mul(0.5f);
  }

  /// KL(N(m₁, v₁) ‖ N(m₂, v₂)) = ½ [v₁/v₂ + (m₁-m₂)²/v₂ - 1 - log(v₁/v₂)]
  public static NDArray between(Normal p, Normal q) {
    var ratio = p.variance().div(q.variance());
    return ratio
        .add(p.mean().sub(q.mean()).square().div(q.variance()))
        .sub(1f)
        .sub(ratio.log())
        .mul(0.5f);
  }
}
