package org.syncyte.federation.vocabulary;

import org.syncyte.federation.SegmentFile;

/// The integer sums of one site's cells: first moments, then moments of clipped counts.
///
///     MOMENTS   n, s1_g = Σ x, s2_g = Σ x²
///     CLIPPED   c1_g = Σ min(x, clip_g)·2^r, c2_g = Σ (min(x, clip_g)·2^r)²
///
/// Integers, so that the total over sites equals the pooled value exactly, in any order. Counts of zero
/// add nothing, which is why sparse rows suffice.
public final class GeneSums {
  private final boolean clipped;
  private final long[] ceiling;
  private final int[] scale;
  private final long[] first;
  private final long[] second;
  private long cells;

  private GeneSums(int genes, boolean clipped, long[] ceiling, int[] scale) {
    this.clipped = clipped;
    this.ceiling = ceiling;
    this.scale = scale;
    this.first = new long[genes];
    this.second = new long[genes];
  }

  /// Plain moments over that many genes.
  public static GeneSums moments(int genes) {
    return new GeneSums(genes, false, new long[0], new int[0]);
  }

  /// Moments of counts clipped at the bounds of a `StatRequest` (segments `clip`, `scale`).
  public static GeneSums clipped(SegmentFile bounds) {
    double[] clip = bounds.doubles("clip");
    int[] scale = bounds.ints("scale");
    long[] ceiling = new long[clip.length];
    for (int g = 0; g < clip.length; g++) {
      double scaled = Math.scalb(clip[g], scale[g]);
      if (scaled != Math.rint(scaled) || !(scaled >= 0) || scaled >= 0x1p62) {
        throw new IllegalArgumentException(
            "clip %s of gene %d is no multiple of 2^-%d below 2^62"
                .formatted(clip[g], g, scale[g]));
      }
      ceiling[g] = (long) scaled;
    }
    return new GeneSums(clip.length, true, ceiling, scale.clone());
  }

  /// Adds a cell.
  ///
  /// @param genes positions in the common genes; negative ones are left out
  /// @param counts counts at these positions
  /// @param from first entry of the cell
  /// @param to end of the cell's entries
  /// @throws IllegalArgumentException if a count is not a whole number from 0
  public void add(int[] genes, float[] counts, int from, int to) {
    cells++;
    for (int i = from; i < to; i++) {
      if (genes[i] >= 0) {
        count(genes[i], counts[i]);
      }
    }
  }

  private void count(int gene, float count) {
    if (!(count >= 0) || count > 1e9f || count != (long) count) {
      throw new IllegalArgumentException("counts are whole numbers from 0 to 10^9, not " + count);
    }
    long value = (long) count;
    if (clipped) {
      int r = scale[gene];
      value = r >= 0 ? Math.multiplyExact(value, 1L << r) : value >> -r;
      value = Math.min(value, ceiling[gene]);
    }
    first[gene] = Math.addExact(first[gene], value);
    second[gene] = Math.addExact(second[gene], Math.multiplyExact(value, value));
  }

  /// The segments to send.
  public SegmentFile file() {
    return clipped
        ? SegmentFile.empty().with("c1", first.clone()).with("c2", second.clone())
        : SegmentFile.empty()
            .with("n", new long[] {cells})
            .with("s1", first.clone())
            .with("s2", second.clone());
  }
}
