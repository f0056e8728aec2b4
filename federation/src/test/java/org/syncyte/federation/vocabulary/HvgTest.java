package org.syncyte.federation.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.syncyte.federation.SegmentFile;

class HvgTest {
  private static final int GENES = 400;
  private static final List<String> NAMES =
      IntStream.range(0, GENES).mapToObj("g%03d"::formatted).toList();

  /// Four sites of different depth; genes of very different means; every tenth gene bursts.
  private static List<float[][]> sites() {
    var random = new Random(11);
    var sites = new ArrayList<float[][]>();
    for (int site = 0; site < 4; site++) {
      float[][] cells = new float[90 + 35 * site][GENES];
      for (float[] cell : cells) {
        for (int g = 1; g < GENES; g++) {
          double mean = StrictMath.exp(-3 + 6.0 * g / GENES) * (0.6 + 0.3 * site);
          if (g % 10 == 0) {
            mean *= random.nextInt(4) == 0 ? 4 : 0.1;
          }
          cell[g] = poisson(random, mean);
        }
      }
      sites.add(cells);
    }
    return sites;
  }

  private static int poisson(Random random, double mean) {
    double limit = StrictMath.exp(-mean);
    int k = 0;
    for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
      k++;
    }
    return k;
  }

  private static SegmentFile sums(GeneSums sums, float[][] cells) {
    for (float[] cell : cells) {
      int[] genes = IntStream.range(0, GENES).filter(g -> cell[g] != 0).toArray();
      float[] counts = new float[genes.length];
      for (int i = 0; i < genes.length; i++) {
        counts[i] = cell[genes[i]];
      }
      sums.add(genes, counts, 0, genes.length);
    }
    return SegmentFile.decode(sums.file().encode());
  }

  @Test
  void fourSitesChooseAsOnePooledTable() {
    List<float[][]> sites = sites();
    var hvg = new Hvg(NAMES, sites.stream().map(s -> sums(GeneSums.moments(GENES), s)).toList());
    List<Hvg.Scored> ranked =
        hvg.ranked(sites.stream().map(s -> sums(GeneSums.clipped(hvg.bounds()), s)).toList());

    float[][] pooled = sites.stream().flatMap(java.util.Arrays::stream).toArray(float[][]::new);
    double[] expected = pooled(pooled, hvg.bounds().doubles("clip"));
    List<String> order =
        IntStream.range(0, GENES)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(g -> -rounded(expected[g]))
                    .thenComparing(g -> g))
            .map(NAMES::get)
            .toList();
    assertThat(ranked.stream().map(Hvg.Scored::gene)).isEqualTo(order);
    for (Hvg.Scored scored : ranked) {
      double oracle = expected[NAMES.indexOf(scored.gene())];
      assertThat(scored.score()).isCloseTo(oracle, within(1e-12 * Math.max(1, oracle)));
    }
    assertThat(ranked.subList(0, 30)).allMatch(s -> s.gene().endsWith("0"));
  }

  /// Equal counts give equal scores only up to rounding when cells are added one by one.
  private static double rounded(double score) {
    return Math.rint(score * 1e11) / 1e11;
  }

  /// The definition, cell by cell in two passes over one table, with its own smoother.
  private static double[] pooled(float[][] cells, double[] rounded) {
    int n = cells.length;
    double[] mean = new double[GENES];
    double[] variance = new double[GENES];
    for (int g = 0; g < GENES; g++) {
      for (float[] cell : cells) {
        mean[g] += cell[g];
      }
      mean[g] /= n;
      for (float[] cell : cells) {
        variance[g] += (cell[g] - mean[g]) * (cell[g] - mean[g]) / (n - 1);
      }
    }
    int[] varying = IntStream.range(0, GENES).filter(g -> variance[g] > 0).toArray();
    double[] score = new double[GENES];
    for (int g : varying) {
      double fit = LoessTest.qr(varying, mean, variance, StrictMath.log10(mean[g]), 0.3);
      double reg = Math.sqrt(Math.pow(10, fit));
      double clip = reg * Math.sqrt(n) + mean[g];
      assertThat(rounded[g]).isCloseTo(clip, within(1.0 / 4096));
      for (float[] cell : cells) {
        double d = Math.min(cell[g], rounded[g]) - mean[g];
        score[g] += d * d / ((n - 1) * reg * reg);
      }
    }
    return score;
  }

  @Test
  void sumsBeyondDoublesStayExact() {
    long big = (1L << 60) + 1;
    var parts =
        List.of(
            SegmentFile.empty().with("s1", new long[] {big}),
            SegmentFile.empty().with("s1", new long[] {2}));

    assertThat(Hvg.sum(parts, "s1", 1)).containsExactly(big + 2);
    assertThatThrownBy(() -> Hvg.sum(parts, "s1", 2)).hasMessageContaining("1 values for 2 genes");
  }

  @Test
  void refusesCountsThatAreNotWhole() {
    var sums = GeneSums.moments(1);

    for (float bad : new float[] {0.5f, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> sums.add(new int[] {0}, new float[] {bad}, 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("whole numbers");
    }
  }
}
