package org.syncyte.models.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;

class DispersionGenesTest {
  @Test
  void momentsAreThoseOfLogCountsPerTenThousand() {
    // Per 10,000: (5000, 5000, 0), (10000, 0, 0), (0, 10000, 0).
    var counts = new Dense(3, 3, new float[] {1, 1, 0, 4, 0, 0, 0, 2, 0});
    var found = DispersionGenes.moments(counts.toCsr());
    double half = Math.log(5001);
    double whole = Math.log(10001);
    double mean = (half + whole) / 3;
    double variance =
        (Math.pow(half - mean, 2) + Math.pow(whole - mean, 2) + Math.pow(mean, 2)) / 2;
    assertThat(found.mean()).containsExactly(new double[] {mean, mean, 0}, Offset.offset(1e-12));
    assertThat(found.variance())
        .containsExactly(new double[] {variance, variance, 0}, Offset.offset(1e-12));
  }

  @Test
  void varianceOnTheTrendIsWorthNothing() {
    var mean = new double[40];
    var variance = new double[40];
    for (int g = 1; g < 40; g++) {
      double level = 0.1 * g - 2;
      mean[g] = Math.exp(level);
      variance[g] = Math.exp(0.5 + 1.5 * level - 0.3 * level * level);
    }
    var above = DispersionGenes.aboveTrend(mean, variance);
    assertThat(above[0]).isEqualTo(Double.NEGATIVE_INFINITY);
    for (int g = 1; g < 40; g++) {
      assertThat(above[g]).isCloseTo(0, Offset.offset(1e-9));
    }
    variance[17] *= 10;
    above = DispersionGenes.aboveTrend(mean, variance);
    for (int g = 0; g < 40; g++) {
      assertThat(above[17]).isGreaterThanOrEqualTo(above[g]);
    }
  }

  @Test
  void ranksOfAllSitesAreSummed() {
    // Ranks 0 1 3 2 and 3 2 0 1: sums 3 3 3 3 with ties by column; then a third site decides.
    var one = new double[] {9, 8, 1, 2};
    var two = new double[] {1, 2, 7, 3};
    assertThat(DispersionGenes.best(List.of(one, two), 2)).containsExactly(0, 1);
    assertThat(DispersionGenes.best(List.of(one, two, new double[] {1, 2, 3, 4}), 2))
        .containsExactly(2, 3);
  }

  @Test
  void tiesGoToTheEarlierColumn() {
    assertThat(DispersionGenes.best(List.of(new double[] {1, 1, 1, 1}), 2)).containsExactly(0, 1);
  }

  @Test
  void choiceEqualsThatOfDenseTwoPassArithmetic() {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
    for (int run = 0; run < 20; run++) {
      var sites =
          List.of(site(random, 0, 60, 40), site(random, 5, 50, 30), site(random, 10, 70, 25));
      assertThat(DispersionGenes.choose(sites, 12)).isEqualTo(slowly(sites, 12));
    }
  }

  /// Cells of the genes g`first`..., in an order of its own.
  private static AnnData site(RandomGenerator random, int first, int genes, int cells) {
    var names = new ArrayList<String>();
    for (int g = 0; g < genes; g++) {
      names.add(random.nextInt(names.size() + 1), "g" + (first + g));
    }
    var values = new float[cells * genes];
    for (int i = 0; i < values.length; i++) {
      double rate = 1 + Integer.parseInt(names.get(i % genes).substring(1)) % 7;
      values[i] = (int) (-rate * Math.log(1 - random.nextDouble()));
    }
    var barcodes = new ArrayList<String>();
    for (int c = 0; c < cells; c++) {
      barcodes.add("c" + c);
    }
    return AnnData.of(new Dense(cells, genes, values), DataFrame.of(barcodes), DataFrame.of(names));
  }

  private static List<String> slowly(List<AnnData> sites, int count) {
    var order =
        sites.getFirst().var().index().stream()
            .filter(gene -> sites.stream().allMatch(site -> site.var().index().contains(gene)))
            .toList();
    var sums = new int[order.size()];
    for (var site : sites) {
      var log = new ArrayList<double[]>();
      for (var gene : order) {
        log.add(logMoments(site.layer(null).toDense(), site.var().index().indexOf(gene)));
      }
      var trend = quadratic(log);
      for (int g = 0; g < sums.length; g++) {
        double own = residual(log.get(g), trend);
        for (var other : log) {
          sums[g] += residual(other, trend) > own ? 1 : 0;
        }
      }
    }
    return IntStream.range(0, sums.length)
        .boxed()
        .sorted(Comparator.comparingInt(g -> sums[g]))
        .limit(count)
        .sorted()
        .map(order::get)
        .toList();
  }

  private static double[] logMoments(Dense counts, int column) {
    int cells = counts.rows();
    var y = new double[cells];
    double mean = 0;
    for (int c = 0; c < cells; c++) {
      double total = 0;
      for (int g = 0; g < counts.columns(); g++) {
        total += counts.at(c, g);
      }
      y[c] = Math.log(1 + 1e4 * counts.at(c, column) / total);
      mean += y[c] / cells;
    }
    double squares = 0;
    for (double value : y) {
      squares += (value - mean) * (value - mean);
    }
    return new double[] {Math.log(mean), Math.log(squares / (cells - 1))};
  }

  private static double residual(double[] point, double[] trend) {
    double x = point[0];
    return point[1] - trend[0] - trend[1] * x - trend[2] * x * x;
  }

  /// Least squares by Cramer's rule on the normal equations.
  private static double[] quadratic(List<double[]> points) {
    var power = new double[5];
    var right = new double[3];
    for (var point : points) {
      for (int p = 0; p < 5; p++) {
        power[p] += Math.pow(point[0], p);
      }
      for (int p = 0; p < 3; p++) {
        right[p] += point[1] * Math.pow(point[0], p);
      }
    }
    double[][] columns = {
      {power[0], power[1], power[2]}, {power[1], power[2], power[3]}, {power[2], power[3], power[4]}
    };
    double whole = determinant(columns[0], columns[1], columns[2]);
    return new double[] {
      determinant(right, columns[1], columns[2]) / whole,
      determinant(columns[0], right, columns[2]) / whole,
      determinant(columns[0], columns[1], right) / whole
    };
  }

  private static double determinant(double[] a, double[] b, double[] c) {
    return a[0] * (b[1] * c[2] - b[2] * c[1])
        - b[0] * (a[1] * c[2] - a[2] * c[1])
        + c[0] * (a[1] * b[2] - a[2] * b[1]);
  }
}
