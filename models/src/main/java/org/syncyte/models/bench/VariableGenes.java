package org.syncyte.models.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.syncyte.anndata.Csr;

/// Chooses genes whose counts vary more than their mean explains.
///
/// Per site, log variance is regressed on log mean by local quadratic fits (the nearest 30 % of the
/// genes, tricube weights); counts are standardised by the fitted deviation, clipped at √cells, and
/// their variance ranks the genes. Over sites, the median of the ranks among the best counts.
///
/// Stuart et al., Cell 177, 2019.
final class VariableGenes {
  private static final double SPAN = 0.3;

  private VariableGenes() {}

  /// @param sites counts of the same genes
  /// @return columns of the chosen genes, ascending
  static int[] choose(List<Csr> sites, int count) {
    int genes = sites.getFirst().columns();
    var ranks = new ArrayList<int[]>();
    for (var counts : sites) {
      var variance = standardisedVariance(counts);
      var order =
          IntStream.range(0, genes)
              .boxed()
              .sorted((a, b) -> Double.compare(variance[b], variance[a]))
              .mapToInt(Integer::intValue)
              .toArray();
      var rank = new int[genes];
      for (int i = 0; i < genes; i++) {
        rank[order[i]] = i;
      }
      ranks.add(rank);
    }
    var score = new double[genes];
    var found = new int[genes];
    for (int g = 0; g < genes; g++) {
      int gene = g;
      var among =
          ranks.stream().mapToInt(rank -> rank[gene]).filter(r -> r < count).sorted().toArray();
      found[g] = among.length;
      score[g] =
          among.length == 0
              ? Double.POSITIVE_INFINITY
              : 0.5 * (among[(among.length - 1) / 2] + among[among.length / 2]);
    }
    return IntStream.range(0, genes)
        .boxed()
        .sorted((a, b) -> {
          int byScore = Double.compare(score[a], score[b]);
          return byScore != 0 ? byScore : Integer.compare(found[b], found[a]);
        })
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  private static double[] standardisedVariance(Csr counts) {
    int genes = counts.columns();
    double n = counts.rows();
    var mean = new double[genes];
    var variance = new double[genes];
    for (int k = 0; k < counts.stored(); k++) {
      double value = counts.values()[k];
      mean[counts.indices()[k]] += value / n;
      variance[counts.indices()[k]] += value * value;
    }
    for (int g = 0; g < genes; g++) {
      variance[g] = (variance[g] - n * mean[g] * mean[g]) / (n - 1);
    }
    var varying = IntStream.range(0, genes).filter(g -> variance[g] > 0).toArray();
    var x = Arrays.stream(varying).mapToDouble(g -> Math.log10(mean[g])).toArray();
    var y = Arrays.stream(varying).mapToDouble(g -> Math.log10(variance[g])).toArray();
    var fitted = loess(x, y);
    var deviation = new double[genes];
    Arrays.fill(deviation, 1);
    for (int i = 0; i < varying.length; i++) {
      deviation[varying[i]] = Math.sqrt(Math.pow(10, fitted[i]));
    }

    double limit = Math.sqrt(n);
    var sum = new double[genes];
    var squares = new double[genes];
    for (int k = 0; k < counts.stored(); k++) {
      int g = counts.indices()[k];
      double value = Math.min(counts.values()[k], limit * deviation[g] + mean[g]);
      sum[g] += value;
      squares[g] += value * value;
    }
    var result = new double[genes];
    for (int g = 0; g < genes; g++) {
      double scale = (n - 1) * deviation[g] * deviation[g];
      result[g] = (n * mean[g] * mean[g] + squares[g] - 2 * sum[g] * mean[g]) / scale;
    }
    return result;
  }

  /// Local quadratic regression of `y` on `x`, at every `x`.
  static double[] loess(double[] x, double[] y) {
    int n = x.length;
    var order =
        IntStream.range(0, n)
            .boxed()
            .sorted((a, b) -> Double.compare(x[a], x[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    int near = Math.max(4, (int) (SPAN * n));
    var fitted = new double[n];
    int left = 0;
    double before = Double.NaN;
    double last = 0;
    for (int i = 0; i < n; i++) {
      double at = x[order[i]];
      if (at != before) {
        while (left + near < n && x[order[left + near]] - at < at - x[order[left]]) {
          left++;
        }
        last = quadratic(x, y, order, left, Math.min(n, left + near), at);
        before = at;
      }
      fitted[order[i]] = last;
    }
    return fitted;
  }

  /// The constant term of the weighted quadratic in `x - at`, by Cramer's rule.
  private static double quadratic(
      double[] x, double[] y, int[] order, int from, int to, double at) {
    double reach = Math.max(at - x[order[from]], x[order[to - 1]] - at) * (1 + 1e-9) + 1e-12;
    var m = new double[5];
    var r = new double[3];
    for (int k = from; k < to; k++) {
      double d = x[order[k]] - at;
      double u = Math.abs(d) / reach;
      double cube = 1 - u * u * u;
      double w = cube * cube * cube;
      double power = w;
      for (int p = 0; p < 5; p++) {
        m[p] += power;
        if (p < 3) {
          r[p] += power * y[order[k]];
        }
        power *= d;
      }
    }
    double a = m[2] * m[4] - m[3] * m[3];
    double b = m[1] * m[4] - m[2] * m[3];
    double c = m[1] * m[3] - m[2] * m[2];
    double determinant = m[0] * a - m[1] * b + m[2] * c;
    return Math.abs(determinant) < 1e-12
        ? r[0] / m[0]
        : (r[0] * a - r[1] * b + r[2] * c) / determinant;
  }
}
