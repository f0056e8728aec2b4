package org.syncyte.models.tasks;

import java.util.Arrays;
import java.util.List;

/// The posterior of one gene's log2 fold change, from pairs of draws: `log2(a + c) - log2(b + c)`.
///
/// @param values one fold change per pair
record FoldChange(double[] values) {
  private static final double LOG_TWO = Math.log(2);

  static FoldChange of(Draws a, Draws b, int gene, int[] first, int[] second, double pseudocount) {
    var values = new double[first.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (Math.log(a.at(gene, first[i]) + pseudocount)
                  - Math.log(b.at(gene, second[i]) + pseudocount))
              / LOG_TWO;
    }
    return new FoldChange(values);
  }

  double mean() {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  double deviation() {
    double mean = mean();
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / values.length);
  }

  double shareFrom(double bound) {
    int count = 0;
    for (double value : values) {
      count += value >= bound ? 1 : 0;
    }
    return count / (double) values.length;
  }

  double shareBelow(double bound) {
    int count = 0;
    for (double value : values) {
      count += value < bound ? 1 : 0;
    }
    return count / (double) values.length;
  }

  FoldChange sorted() {
    var sorted = values.clone();
    Arrays.sort(sorted);
    return new FoldChange(sorted);
  }

  /// Of sorted values.
  double median() {
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }

  /// The shortest interval that holds a share `level` of the sorted values.
  double[] shortest(double level) {
    int reach = (int) Math.floor(level * values.length);
    int best = 0;
    for (int i = 1; i + reach < values.length; i++) {
      if (values[i + reach] - values[i] < values[best + reach] - values[best]) {
        best = i;
      }
    }
    return new double[] {values[best], values[best + reach]};
  }

  /// Marks the genes that may be called at the expected false discovery rate: the longest prefix,
  /// by falling probability, whose mean probability of no change is at most `rate`.
  static boolean[] discovered(double[] probabilities, List<Integer> falling, double rate) {
    int count = 0;
    double sum = 0;
    for (int i = 0; i < falling.size(); i++) {
      sum += 1 - probabilities[falling.get(i)];
      if (sum / (i + 1) <= rate) {
        count++;
      }
    }
    var marked = new boolean[probabilities.length];
    for (int gene : falling.subList(0, count)) {
      marked[gene] = true;
    }
    return marked;
  }
}
