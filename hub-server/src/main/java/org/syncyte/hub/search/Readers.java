package org.syncyte.hub.search;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The places of the models that read one gene: a list while they are few, bits once they are many.
/// A list takes four bytes a model and bits an eighth of a byte for every place there is, so bits
/// take over when one place in 32 is in the set.
final class Readers {
  private static final int FEW = 32;
  private int[] list = new int[2];
  private long @Nullable [] bits;
  private int size;

  int size() {
    return size;
  }

  /// Adds a place higher than all before; `places` is how many there will be room for.
  void add(int place, int places) {
    if (bits != null) {
      bits[place >>> 6] |= 1L << place;
    } else {
      if (size == list.length) {
        list = Arrays.copyOf(list, 2 * size);
      }
      list[size] = place;
    }
    size++;
    fit(places);
  }

  /// Chooses the form that suits this number of places, a multiple of 64.
  void fit(int places) {
    boolean many = size > places / FEW;
    if (bits != null && bits.length != places >>> 6) {
      bits = Arrays.copyOf(bits, places >>> 6);
    }
    if (many && bits == null) {
      bits = new long[places >>> 6];
      for (int i = 0; i < size; i++) {
        bits[list[i] >>> 6] |= 1L << list[i];
      }
      list = new int[0];
    } else if (!many && bits != null && size < places / (2 * FEW)) {
      list = places(bits, size);
      bits = null;
    }
  }

  private static int[] places(long[] bits, int size) {
    var places = new int[size];
    int at = 0;
    for (int w = 0; w < bits.length; w++) {
      for (long word = bits[w]; word != 0; word &= word - 1) {
        places[at++] = (w << 6) + Long.numberOfTrailingZeros(word);
      }
    }
    return places;
  }

  /// Counts one for every place in the set, into `tally` or, `sign` times, straight into `counts`.
  void count(Tally tally, int[] counts, int sign) {
    if (bits != null) {
      tally.add(bits);
    } else {
      for (int i = 0; i < size; i++) {
        counts[list[i]] += sign;
      }
    }
  }
}
