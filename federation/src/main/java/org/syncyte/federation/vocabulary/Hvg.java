package org.syncyte.federation.vocabulary;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.syncyte.federation.SegmentFile;

/// Highly variable genes (`seurat_v3`) from integer sums, with no site showing a cell.
///
///     mean = S1/N        var = (S2 − S1²/N)/(N − 1)
///     fit  = loess of log10 var on log10 mean over genes with var > 0, span 0.3, degree 2
///     reg  = √10^fit     clip = reg·√N + mean
///     score = (N·mean² + C2 − 2·C1·mean) / ((N − 1)·reg²)
///
/// The variance comes from `BigInteger` numerators, so it is the pooled one to the last bit. `clip` is
/// rounded to a multiple of 2^−r, r = min(12, ⌊(61 − log2(N·clip²))/2⌋), and the clipped sums are scaled
/// by 2^r and 2^2r: exact integers below 2^62. Genes without variance score 0. The best k are taken,
/// ties by gene name. Stuart et al., Cell 177, 2019.
public final class Hvg {
  private static final double SPAN = 0.3;

  private final List<String> genes;
  private final BigInteger n;
  private final double[] mean;
  private final double[] reg;
  private final double[] clip;
  private final int[] scale;

  /// @param genes the common genes
  /// @param moments segments `n`, `s1`, `s2` of each site
  public Hvg(List<String> genes, List<SegmentFile> moments) {
    this.genes = List.copyOf(genes);
    int size = genes.size();
    long cells = 0;
    for (SegmentFile part : moments) {
      long[] count = part.longs("n");
      if (count.length != 1 || count[0] < 0) {
        throw new IllegalArgumentException("segment 'n' holds one number of cells from 0");
      }
      cells = Math.addExact(cells, count[0]);
    }
    if (cells < 2) {
      throw new IllegalArgumentException(
          "variances need at least two cells over all sites, not " + cells);
    }
    n = BigInteger.valueOf(cells);
    long[] s1 = sum(moments, "s1", size);
    long[] s2 = sum(moments, "s2", size);
    mean = new double[size];
    double[] variance = new double[size];
    double denominator = (double) cells * (cells - 1);
    for (int g = 0; g < size; g++) {
      mean[g] = (double) s1[g] / cells;
      BigInteger first = BigInteger.valueOf(s1[g]);
      variance[g] =
          n.multiply(BigInteger.valueOf(s2[g])).subtract(first.multiply(first)).doubleValue()
              / denominator;
    }
    reg = trend(mean, variance);
    clip = new double[size];
    scale = new int[size];
    for (int g = 0; g < size; g++) {
      double bound = reg[g] * Math.sqrt((double) cells) + mean[g];
      scale[g] = exponent(cells, bound);
      clip[g] = Math.scalb(Math.rint(Math.scalb(bound, scale[g])), -scale[g]);
    }
  }

  /// The sums of a segment over sites.
  ///
  /// @throws IllegalArgumentException if a site's array has another length or a negative sum
  static long[] sum(List<SegmentFile> parts, String segment, int size) {
    long[] total = new long[size];
    for (SegmentFile part : parts) {
      long[] values = part.longs(segment);
      if (values.length != size) {
        throw new IllegalArgumentException(
            "segment '%s' has %d values for %d genes".formatted(segment, values.length, size));
      }
      for (int g = 0; g < size; g++) {
        if (values[g] < 0) {
          throw new IllegalArgumentException(
              "segment '%s' holds the negative sum %d".formatted(segment, values[g]));
        }
        total[g] = Math.addExact(total[g], values[g]);
      }
    }
    return total;
  }

  private static double[] trend(double[] mean, double[] variance) {
    int[] varying = IntStream.range(0, mean.length).filter(g -> variance[g] > 0).toArray();
    double[] reg = new double[mean.length];
    Arrays.fill(reg, 1);
    if (varying.length > 0) {
      double[] x = Arrays.stream(varying).mapToDouble(g -> StrictMath.log10(mean[g])).toArray();
      double[] y = Arrays.stream(varying).mapToDouble(g -> StrictMath.log10(variance[g])).toArray();
      double[] fit = Loess.fit(x, y, SPAN);
      for (int i = 0; i < varying.length; i++) {
        reg[varying[i]] = StrictMath.sqrt(StrictMath.pow(10, fit[i]));
      }
    }
    return reg;
  }

  private static int exponent(long cells, double bound) {
    double bits = StrictMath.log(cells * bound * bound) / StrictMath.log(2);
    return (int) Math.min(12, Math.floor((61 - bits) / 2));
  }

  /// The bounds that sites clip at: segments `clip` (f64) and `scale` (i32).
  public SegmentFile bounds() {
    return SegmentFile.empty().with("clip", clip.clone()).with("scale", scale.clone());
  }

  /// A gene and its normalised variance.
  public record Scored(String gene, double score) {}

  /// All genes, most variable first.
  ///
  /// @param clipped segments `c1`, `c2` of the same sites
  public List<Scored> ranked(List<SegmentFile> clipped) {
    long[] c1 = sum(clipped, "c1", genes.size());
    long[] c2 = sum(clipped, "c2", genes.size());
    double cells = n.doubleValue();
    var scored = new ArrayList<Scored>(genes.size());
    for (int g = 0; g < genes.size(); g++) {
      double first = Math.scalb((double) c1[g], -scale[g]);
      double second = Math.scalb((double) c2[g], -2 * scale[g]);
      double score =
          (cells * mean[g] * mean[g] + second - 2 * first * mean[g])
              / ((cells - 1) * reg[g] * reg[g]);
      scored.add(new Scored(genes.get(g), score));
    }
    scored.sort(
        Comparator.comparingDouble(Scored::score)
            .reversed()
            .thenComparing(Scored::gene, Vocabulary.BYTES));
    return scored;
  }
}
