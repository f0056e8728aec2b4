package org.syncyte.models.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Csr;

/// Chooses genes by the dispersion of normalised expression, site by site.
///
///     y      = log(1 + 10⁴ · count / total count of the cell)    over all genes of the site
///     m, v   = mean and unbiased variance of y in site s
///     d_s(g) = log v − (a + b log m + c (log m)²)                least squares over the common genes
///     r_s(g) = position of g by falling d_s                      from 0, ties by column
///     r(g)   = Σ_s r_s(g)
///
/// The genes of least r are taken, ties by column. The quadratic takes out what the mean explains, as the
/// variance of log counts rises with the mean and falls again. Where federations pool integer sums, this
/// rule sees each site by itself, so that no site's depth decides.
public final class DispersionGenes {
  private static final double PER_CELL = 1e4;

  private DispersionGenes() {}

  /// Moments of normalised expression by column.
  record Moments(double[] mean, double[] variance) {}

  /// @return the `count` best of the genes that all sites have, in the first site's order
  public static List<String> choose(List<AnnData> sites, int count) {
    var common = new ArrayList<>(sites.getFirst().var().index());
    sites.forEach(site -> common.retainAll(new HashSet<>(site.var().index())));
    var dispersions = new ArrayList<double[]>();
    for (var site : sites) {
      var columns = new HashMap<String, Integer>();
      for (int g = 0; g < site.genes(); g++) {
        columns.put(site.var().index().get(g), g);
      }
      int[] kept = common.stream().mapToInt(gene -> columns.getOrDefault(gene, -1)).toArray();
      var all = moments(site.layer(null).toCsr());
      dispersions.add(
          aboveTrend(
              Arrays.stream(kept).mapToDouble(g -> all.mean[g]).toArray(),
              Arrays.stream(kept).mapToDouble(g -> all.variance[g]).toArray()));
    }
    return IntStream.of(best(dispersions, count)).mapToObj(common::get).toList();
  }

  static Moments moments(Csr counts) {
    int genes = counts.columns();
    double cells = counts.rows();
    var mean = new double[genes];
    var variance = new double[genes];
    for (int cell = 0; cell < counts.rows(); cell++) {
      int from = (int) counts.indptr()[cell];
      int to = (int) counts.indptr()[cell + 1];
      double total = 0;
      for (int k = from; k < to; k++) {
        total += counts.values()[k];
      }
      for (int k = from; k < to; k++) {
        double y = Math.log1p(PER_CELL * counts.values()[k] / total);
        mean[counts.indices()[k]] += y / cells;
        variance[counts.indices()[k]] += y * y;
      }
    }
    for (int g = 0; g < genes; g++) {
      variance[g] = (variance[g] - cells * mean[g] * mean[g]) / (cells - 1);
    }
    return new Moments(mean, variance);
  }

  /// Log variance beyond its quadratic trend in log mean; the least of all where nothing varies.
  static double[] aboveTrend(double[] mean, double[] variance) {
    int[] varying =
        IntStream.range(0, mean.length).filter(g -> mean[g] > 0 && variance[g] > 0).toArray();
    var above = new double[mean.length];
    Arrays.fill(above, Double.NEGATIVE_INFINITY);
    if (varying.length <= 3) {
      return above;
    }
    var y = new double[varying.length];
    var x = new double[varying.length][];
    for (int i = 0; i < varying.length; i++) {
      double level = Math.log(mean[varying[i]]);
      x[i] = new double[] {level, level * level};
      y[i] = Math.log(variance[varying[i]]);
    }
    var regression = new OLSMultipleLinearRegression();
    regression.newSampleData(y, x);
    double[] residuals = regression.estimateResiduals();
    for (int i = 0; i < varying.length; i++) {
      above[varying[i]] = residuals[i];
    }
    return above;
  }

  /// Columns whose ranks by falling dispersion sum to least, ascending.
  static int[] best(List<double[]> dispersions, int count) {
    int genes = dispersions.getFirst().length;
    var sum = new long[genes];
    for (var one : dispersions) {
      var order =
          IntStream.range(0, genes)
              .boxed()
              .sorted(Comparator.<Integer>comparingDouble(g -> one[g]).reversed())
              .toList();
      for (int rank = 0; rank < genes; rank++) {
        sum[order.get(rank)] += rank;
      }
    }
    return IntStream.range(0, genes)
        .boxed()
        .sorted(Comparator.comparingLong(g -> sum[g]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
