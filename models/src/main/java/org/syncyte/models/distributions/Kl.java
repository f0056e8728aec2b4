package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// Kullback-Leibler divergences, per element.
public final class Kl {
  private static final float EPSILON = 0x1p-23f;

  private Kl() {}

  /// KL(N(m, v) ‖ N(0, 1)) = ½ [v + m² - 1 - log v]
  public static NDArray fromStandard(Normal p) {
    var twice = p.variance().add(p.mean().square()).sub(1f).sub(p.variance().log());
    return Scaled.by(twice, 0.5f);
  }

  /// KL(N(m₁, v₁) ‖ N(m₂, v₂)) = ½ [v₁/v₂ + (m₁-m₂)²/v₂ - 1 - log(v₁/v₂)]
  public static NDArray between(Normal p, Normal q) {
    var ratio = p.variance().div(q.variance());
    var twice =
        ratio.add(p.mean().sub(q.mean()).square().div(q.variance())).sub(1f).sub(ratio.log());
    return Scaled.by(twice, 0.5f);
  }

  /// Per category, KL(p ‖ q) = p (log p̃ - log q̃), with p and q first scaled to sum to one over
  /// the last axis and p̃, q̃ kept 2⁻²³ away from 0 and 1.
  public static NDArray categorical(NDArray p, NDArray q) {
    var share = normalized(p);
    return share.mul(logOf(share).sub(logOf(normalized(q))));
  }

  private static NDArray normalized(NDArray weights) {
    return weights.div(weights.sum(new int[] {-1}, true));
  }

  private static NDArray logOf(NDArray share) {
    return share.clip(EPSILON, 1 - EPSILON).log();
  }
}
