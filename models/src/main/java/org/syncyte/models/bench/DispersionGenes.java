package org.syncyte.models.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Csr;

/// Chooses genes by dispersion, site by site.
///
///     y      = 10⁴ · count / total count of the cell      over all genes of the site
///     d_s(g) = var(y_g) / mean(y_g)                       in site s, unbiased variance
///     r_s(g) = position of g by falling d_s               from 0, ties by column
///     r(g)   = min_s r_s(g)
///
/// The genes of least r are taken, ties by column: a gene counts if any one site finds it variable.
/// Unlike the variance beyond the trend of the mean, which federations use, dispersion favours genes of
/// many counts, so bounds of models on these genes are larger.
public final class DispersionGenes {
  private static final double PER_CELL = 1e4;

  private DispersionGenes() {}

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
      var whole = dispersions(site.layer(null).toCsr());
      dispersions.add(
          common.stream().mapToDouble(gene -> whole[columns.getOrDefault(gene, -1)]).toArray());
    }
    return IntStream.of(best(dispersions, count)).mapToObj(common::get).toList();
  }

  /// Variance over mean of each column's counts per 10,000; 0 where nothing was counted.
  static double[] dispersions(Csr counts) {
    int genes = counts.columns();
    double cells = counts.rows();
    var sum = new double[genes];
    var squares = new double[genes];
    for (int cell = 0; cell < counts.rows(); cell++) {
      int from = (int) counts.indptr()[cell];
      int to = (int) counts.indptr()[cell + 1];
      double total = 0;
      for (int k = from; k < to; k++) {
        total += counts.values()[k];
      }
      for (int k = from; k < to; k++) {
        double y = PER_CELL * counts.values()[k] / total;
        sum[counts.indices()[k]] += y;
        squares[counts.indices()[k]] += y * y;
      }
    }
    var dispersion = new double[genes];
    for (int g = 0; g < genes; g++) {
      if (sum[g] > 0) {
        double mean = sum[g] / cells;
        dispersion[g] = (squares[g] - cells * mean * mean) / (cells - 1) / mean;
      }
    }
    return dispersion;
  }

  /// Columns whose best rank over sites is least, ascending.
  static int[] best(List<double[]> dispersions, int count) {
    int genes = dispersions.getFirst().length;
    var least = IntStream.generate(() -> Integer.MAX_VALUE).limit(genes).toArray();
    for (var one : dispersions) {
      var order =
          IntStream.range(0, genes)
              .boxed()
              .sorted(Comparator.<Integer>comparingDouble(g -> -one[g]))
              .toList();
      for (int rank = 0; rank < genes; rank++) {
        int gene = order.get(rank);
        least[gene] = Math.min(least[gene], rank);
      }
    }
    return IntStream.range(0, genes)
        .boxed()
        .sorted(Comparator.comparingInt(g -> least[g]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
