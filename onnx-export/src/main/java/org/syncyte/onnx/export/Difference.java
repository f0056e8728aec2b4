package org.syncyte.onnx.export;

/// How far two arrays of numbers are apart.
///
/// The relative difference of an entry is taken to its own size, but at least to the mean size of
/// the entries: a latent coordinate that happens to be near zero carries the rounding of terms that
/// are not.
///
/// @param absolute largest absolute difference; infinite if one array has a number where the other
///   has none
/// @param relative largest relative difference
public record Difference(double absolute, double relative) {
  public static final Difference NONE = new Difference(0, 0);

  /// @throws IllegalArgumentException if the lengths differ
  public static Difference of(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new IllegalArgumentException(
          "%d numbers cannot be compared with %d".formatted(actual.length, expected.length));
    }
    double size = 0;
    for (float value : expected) {
      size += Math.abs(value) / expected.length;
    }
    double absolute = 0;
    double relative = 0;
    for (int i = 0; i < expected.length; i++) {
      if (Float.compare(actual[i], expected[i]) == 0) {
        continue;
      }
      double apart = Math.abs((double) actual[i] - expected[i]);
      if (!Double.isFinite(apart)) {
        return new Difference(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
      }
      absolute = Math.max(absolute, apart);
      if (apart > 0) {
        relative = Math.max(relative, apart / Math.max(Math.abs(expected[i]), size));
      }
    }
    return new Difference(absolute, relative);
  }

  /// The larger of both, part by part.
  public Difference or(Difference other) {
    return new Difference(Math.max(absolute, other.absolute), Math.max(relative, other.relative));
  }
}
