package org.syncyte.models.nn;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// How a tensor starts.
public sealed interface Init {
  Init ZEROS = new Constant(0);
  Init ONES = new Constant(1);
  Init NORMAL = new StandardNormal();

  /// Uniform in `(-1/sqrt(fanIn), 1/sqrt(fanIn))`, the usual start of linear layers.
  static Init fanIn(int fanIn) {
    return new Uniform(1 / Math.sqrt(fanIn));
  }

  record Constant(float value) implements Init {}

  record StandardNormal() implements Init {}

  record Uniform(double bound) implements Init {}

  /// Uniform in `(0, below)`.
  record UpTo(double below) implements Init {}

  /// Draws `size` values. Only exactly rounded operations and `StrictMath` are used, so that every
  /// machine draws the same bytes.
  default float[] draw(int size, RandomGenerator random) {
    var values = new float[size];
    switch (this) {
      case Constant(float value) -> Arrays.fill(values, value);
      case Uniform(double bound) -> {
        for (int i = 0; i < size; i++) {
          values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
      }
      case UpTo(double below) -> {
        for (int i = 0; i < size; i++) {
          values[i] = (float) (random.nextDouble() * below);
        }
      }
      case StandardNormal() -> {
        for (int i = 0; i < size; i += 2) {
          double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
          double angle = 2 * Math.PI * random.nextDouble();
          values[i] = (float) (radius * StrictMath.cos(angle));
          if (i + 1 < size) {
            values[i + 1] = (float) (radius * StrictMath.sin(angle));
          }
        }
      }
    }
    return values;
  }
}
