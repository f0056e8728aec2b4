package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// A mixture of diagonal normal distributions over the last axis.
///
///     log p(z) = log Σ_k softmax(w)_k Π_d N(z_d; m_kd, s_kd)
///
/// @param means (components, dimensions)
/// @param scales standard deviations (components, dimensions)
public record NormalMixture(NDArray means, NDArray scales) {
  private static final int[] LAST = {-1};

  /// Log-density of places of shape (..., cells, dimensions), as (..., cells).
  ///
  /// @param logits weights before the softmax, (cells, components) or (1, components)
  public NDArray logProbability(NDArray z, NDArray logits) {
    var components = new Normal(means, scales.square());
    var each =
        components
            .logProbability(z.expandDims(-2)) // (..., cells, components, dimensions)
            .sum(LAST)
            .add(logits.logSoftmax(-1));
    var highest = each.max(LAST, true).stopGradient();
    return each.sub(highest).exp().sum(LAST).log().add(highest.squeeze(-1));
  }
}
