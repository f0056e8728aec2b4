package org.syncyte.cards.checkpoint;

import java.util.Arrays;

/// A named array of a saved model: float32 or int64, row-major. A scalar has shape `[]`.
public sealed interface Tensor {
  long[] shape();

  record Floats(long[] shape, float[] values) implements Tensor {
    public Floats {
      check(shape, values.length);
    }
  }

  record Longs(long[] shape, long[] values) implements Tensor {
    public Longs {
      check(shape, values.length);
    }
  }

  /// Whether shape, kind and every value are the same; of float32 by their bits.
  default boolean same(Tensor other) {
    return Arrays.equals(shape(), other.shape())
        && switch (this) {
          case Floats(_, var values) ->
              other instanceof Floats(_, var others) && Arrays.equals(values, others);
          case Longs(_, var values) ->
              other instanceof Longs(_, var others) && Arrays.equals(values, others);
        };
  }

  private static void check(long[] shape, int length) {
    long expected = 1;
    for (long side : shape) {
      expected = Math.multiplyExact(expected, side);
    }
    if (expected != length) {
      throw new IllegalArgumentException(
          "a tensor of shape %s holds %d values, not %d"
              .formatted(Arrays.toString(shape), expected, length));
    }
  }
}
