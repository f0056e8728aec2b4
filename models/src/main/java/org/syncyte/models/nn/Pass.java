package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import org.syncyte.models.distributions.Noise;

/// What a forward pass carries besides mathematics: whether it trains, and where chance comes from.
public record Pass(boolean training, Noise noise) {
  public static Pass training(Noise noise) {
    return new Pass(true, noise);
  }

  public static Pass evaluation(Noise noise) {
    return new Pass(false, noise);
  }

  /// Every sample at its mean.
  public static Pass atMean() {
    return new Pass(false, Noise.NONE);
  }

  NDArray dropout(NDArray x, double rate) {
    return training && rate > 0 ? x.mul(noise.keep(x, rate)) : x;
  }
}
