package org.syncyte.models.train;

import org.jspecify.annotations.Nullable;

/// A classifier that learns to tell batches from the latent space, which the model learns to fool.
///
/// @param on whether it plays; null for only where a panel did not measure some protein
/// @param weight how much it counts; null for one minus the weight of the latent divergence, so
///   that it plays early
/// @param byPanel whether it tells panels in place of batches
public record Adversary(@Nullable Boolean on, @Nullable Double weight, boolean byPanel) {
  public static final Adversary DEFAULT = new Adversary(null, null, false);
  public static final Adversary OFF = new Adversary(false, null, false);
  public static final Adversary ON = new Adversary(true, null, false);

  public Adversary {
    if (weight != null && !(weight >= 0 && Double.isFinite(weight))) {
      throw new IllegalArgumentException(
          "adversary: weight %s must be a number from 0".formatted(weight));
    }
  }
}
