package org.syncyte.worker.picture;

/// Colours of numbers: blue below zero, white at it, orange above; darker is more.
final class Shade {
  private static final int[] LOW = {0x0b, 0x4f, 0x8a};
  private static final int[] MIDDLE = {0xf1, 0xef, 0xea};
  private static final int[] HIGH = {0xb3, 0x3a, 0x0c};

  private Shade() {}

  /// @param value in [-1, 1]
  static String signed(double value) {
    return between(MIDDLE, value < 0 ? LOW : HIGH, Math.min(1, Math.abs(value)));
  }

  /// @param share in [0, 1]
  static String unsigned(double share) {
    return between(new int[] {0xf6, 0xf5, 0xf1}, new int[] {0x07, 0x43, 0x4a}, share);
  }

  private static String between(int[] from, int[] to, double share) {
    double eased = Math.pow(Math.max(0, Math.min(1, share)), 0.8);
    return Svg.format(
        "#%02x%02x%02x",
        Math.round(from[0] + eased * (to[0] - from[0])),
        Math.round(from[1] + eased * (to[1] - from[1])),
        Math.round(from[2] + eased * (to[2] - from[2])));
  }
}
