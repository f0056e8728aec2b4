package org.syncyte.models.train;

/// Lowers the learning rate by `factor` when `elbo_validation` has not fallen for more than
/// `patience` epochs in a row.
public record Plateau(double factor, int patience) {
  public static final Plateau DEFAULT = new Plateau(0.6, 30);

  /// A smaller change of the rate is none.
  private static final double LEAST = 1e-8;

  public Plateau {
    if (!(factor > 0 && factor < 1) || patience < 0) {
      throw new IllegalArgumentException(
          "learning rate on plateaus: factor %s must lie between 0 and 1, patience %d from 0"
              .formatted(factor, patience));
    }
  }

  Watch watch() {
    return new Watch();
  }

  /// The memory of one training.
  final class Watch {
    private double best = Double.POSITIVE_INFINITY;
    private int waited;

    /// The rate after the epoch with this value.
    double next(double rate, double value) {
      if (value < best) {
        best = value;
        waited = 0;
      } else if (++waited > patience) {
        waited = 0;
        return rate - rate * factor > LEAST ? rate * factor : rate;
      }
      return rate;
    }
  }
}
