package org.syncyte.models.train;

/// Ends a training when `elbo_validation` has not fallen by more than `minDelta` for `patience`
/// epochs in a row, or is no longer a number. The first `warmup` epochs do not count.
public record EarlyStopping(int patience, double minDelta, int warmup) {
  public static final EarlyStopping DEFAULT = new EarlyStopping(45, 0, 0);

  public EarlyStopping {
    if (patience < 1) {
      throw new IllegalArgumentException(
          "early stopping: patience %d is below 1".formatted(patience));
    }
  }

  Watch watch() {
    return new Watch();
  }

  /// The memory of one training.
  final class Watch {
    private double best = Double.POSITIVE_INFINITY;
    private int waited;

    /// Whether to stop after the epoch with this value.
    boolean stop(int epoch, double value) {
      if (!Double.isFinite(value)) {
        return true;
      }
      if (epoch < warmup) {
        return false;
      }
      if (value < best - minDelta) {
        best = value;
        waited = 0;
        return false;
      }
      return ++waited >= patience;
    }
  }
}
