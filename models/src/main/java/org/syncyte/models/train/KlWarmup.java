package org.syncyte.models.train;

/// The weight of the latent divergence: rises linearly from 0 at epoch 0 to 1 at epoch `epochs`, or
/// from step 0 to step `steps` if no epochs are given.
///
/// So the first epoch trains without it, and a run of 10 epochs under the usual 400 never exceeds
/// 9/400. Zero of both means no warm-up. A step is one of an optimiser: where two of them take
/// turns, a minibatch counts as two.
public record KlWarmup(int epochs, int steps) {
  public KlWarmup {
    if (epochs < 0 || steps < 0) {
      throw new IllegalArgumentException(
          "KL warm-up of %d epochs or %d steps; use 0 for none".formatted(epochs, steps));
    }
  }

  public KlWarmup(int epochs) {
    this(epochs, 0);
  }

  /// @param epoch counted from 0 over the whole training, earlier rounds included
  public double weight(int epoch) {
    return weight(epoch, 0);
  }

  /// @param step counted from 0 over the whole training, earlier rounds included
  public double weight(int epoch, long step) {
    if (epochs > 0) {
      return epoch < epochs ? (double) epoch / epochs : 1;
    }
    return step < steps ? (double) step / steps : 1;
  }
}
