package org.syncyte.models.train;

/// The weight of the latent divergence: rises linearly from 0 at epoch 0 to 1 at epoch `epochs`.
///
/// So the first epoch trains without it, and a run of 10 epochs under the usual 400 never exceeds
/// 9/400. Zero epochs mean no warm-up.
public record KlWarmup(int epochs) {
  public KlWarmup {
    if (epochs < 0) {
      throw new IllegalArgumentException("KL warm-up of " + epochs + " epochs; use 0 for none");
    }
  }

  /// @param epoch counted from 0 over the whole training, earlier rounds included
  public double weight(int epoch) {
    return epoch < epochs ? (double) epoch / epochs : 1;
  }
}
