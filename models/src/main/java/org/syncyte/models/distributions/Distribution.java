package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// A distribution for every element of an array. Parameters broadcast as arrays do.
public sealed interface Distribution
    permits Normal,
        NegativeBinomial,
        ZeroInflatedNegativeBinomial,
        NegativeBinomialMixture,
        Poisson,
        Beta {
  /// Keeps logarithms of rates finite; the published models were trained with this value.
  float EPSILON = 1e-8f;

  /// Log of the probability (or density) of each element of `x`.
  NDArray logProbability(NDArray x);

  /// Minus the log-probability of each row of `x`, (rows).
  default NDArray surprise(NDArray x) {
    return logProbability(x).sum(new int[] {-1}).neg();
  }

  NDArray mean();

  NDArray variance();
}
