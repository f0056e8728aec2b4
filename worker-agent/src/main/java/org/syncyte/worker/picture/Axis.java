package org.syncyte.worker.picture;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// A scale from values to pixels, with marks at round values.
///
/// @param low value at `from`
/// @param high value at `to`
record Axis(double low, double high, double from, double to) {
  private static final int MARKS = 6;

  /// An axis over some values, with a little room at both ends.
  static Axis over(double low, double high, double from, double to) {
    if (!(Double.isFinite(low) && Double.isFinite(high))) {
      throw new IllegalArgumentException(
          "an axis from %s to %s cannot be drawn".formatted(low, high));
    }
    double room = high > low ? 0.04 * (high - low) : Math.max(0.5, 0.1 * Math.abs(low));
    return new Axis(low - room, high + room, from, to);
  }

  double at(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /// Round values within the axis: multiples of 1, 2 or 5 times a power of ten.
  List<Double> marks() {
    double rough = (high - low) / MARKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power;
    for (double factor : new double[] {1, 2, 5, 10}) {
      step = factor * power;
      if (step >= rough) {
        break;
      }
    }
    var marks = new ArrayList<Double>();
    for (double k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
      marks.add(k * step);
    }
    return marks;
  }

  /// A mark as text, as short as it can be.
  static String text(double mark) {
    double size = Math.abs(mark);
    if (size != 0 && (size >= 1e6 || size < 1e-4)) {
      return Svg.format("%.0e", mark);
    }
    var text = BigDecimal.valueOf(mark).setScale(6, RoundingMode.HALF_UP).stripTrailingZeros();
    return text.signum() == 0 ? "0" : text.toPlainString().replace('-', '−');
  }
}
