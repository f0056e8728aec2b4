package org.syncyte.hub.search;

/// Counts, for each of many places at once, in how many sets of bits it is.
///
/// The counters lie upright: bit `p` of a counter is in plane `p`, 64 counters to a word, so adding a set
/// is a handful of logical operations for 64 places. Seven sets are first added among themselves to a
/// number of three bits, by four full adders, and only then to the planes.
///
///     sum = a ⊕ b ⊕ c        carry = (a ∧ b) ∨ ((a ⊕ b) ∧ c)
///
/// Knuth, The Art of Computer Programming 4A, 7.1.3; Muła, Kurz and Lemire, The Computer Journal 61,
/// 2018.
final class Tally {
  private static final int PLANES = 20;
  private static final int GROUP = 7;
  private final int words;
  private final long[][] planes;
  private final long[][] waiting = new long[GROUP][];
  private final long[] none;
  private int used;
  private int held;

  Tally(int places) {
    words = places + 63 >>> 6;
    planes = new long[PLANES][words];
    none = new long[words];
  }

  /// Adds one to every place in the set, which has at least as many words as there are places.
  void add(long[] set) {
    waiting[held++] = set;
    if (held == GROUP) {
      flush();
    }
  }

  private void flush() {
    while (held < GROUP) {
      waiting[held++] = none;
    }
    held = 0;
    long[] a = waiting[0];
    long[] b = waiting[1];
    long[] c = waiting[2];
    long[] d = waiting[3];
    long[] e = waiting[4];
    long[] f = waiting[5];
    long[] g = waiting[6];
    for (int w = 0; w < words; w++) {
      long half = a[w] ^ b[w];
      long one = half ^ c[w];
      long two = a[w] & b[w] | half & c[w];
      half = d[w] ^ e[w];
      long otherOne = half ^ f[w];
      long otherTwo = d[w] & e[w] | half & f[w];
      half = one ^ otherOne;
      long thirdTwo = one & otherOne | half & g[w];
      one = half ^ g[w];
      half = two ^ otherTwo;
      long four = two & otherTwo | half & thirdTwo;
      two = half ^ thirdTwo;
      carry(w, one, two, four);
    }
  }

  private void carry(int word, long one, long two, long four) {
    long carry = planes[0][word] & one;
    planes[0][word] ^= one;
    long before = planes[1][word];
    planes[1][word] = before ^ two ^ carry;
    carry = before & two | (before ^ two) & carry;
    before = planes[2][word];
    planes[2][word] = before ^ four ^ carry;
    carry = before & four | (before ^ four) & carry;
    for (int plane = 3; carry != 0; plane++) {
      before = planes[plane][word];
      planes[plane][word] = before ^ carry;
      carry &= before;
      used = Math.max(used, plane);
    }
  }

  /// Adds each place's count to a number, `sign` times.
  void addTo(int[] counts, int sign) {
    flush();
    for (int plane = 0; plane <= Math.max(2, used); plane++) {
      int worth = sign << plane;
      for (int w = 0; w < words; w++) {
        for (long bits = planes[plane][w]; bits != 0; bits &= bits - 1) {
          counts[(w << 6) + Long.numberOfTrailingZeros(bits)] += worth;
        }
      }
    }
  }
}
