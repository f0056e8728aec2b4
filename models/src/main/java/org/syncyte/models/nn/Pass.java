package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.distributions.Noise;

/// What a forward pass carries besides mathematics: whether it trains, and where chance comes from.
///
/// @param gradients where parts of a model put gradients that they work out themselves; null if
///   every operation is to be recorded
public record Pass(boolean training, Noise noise, @Nullable Gradients gradients) {
  /// Training of which the engine records every operation.
  public static Pass training(Noise noise) {
    return new Pass(true, noise, null);
  }

  /// Training with gradients of two origins: the engine's, and those added to `gradients`.
  public static Pass training(Noise noise, Gradients gradients) {
    return new Pass(true, noise, gradients);
  }

  public static Pass evaluation(Noise noise) {
    return new Pass(false, noise, null);
  }

  /// Every sample at its mean.
  public static Pass atMean() {
    return new Pass(false, Noise.NONE, null);
  }

  NDArray dropout(NDArray x, double rate) {
    return training && rate > 0 ? x.mul(noise.keep(x, rate)) : x;
  }
}
