package org.syncyte.models.tasks;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.syncyte.anndata.loader.DataSource;

/// What the counts of a group say without a model, gene by gene; of markers, their values where
/// they were measured.
///
/// @param mean mean count
/// @param nonZero share of cells with a count
/// @param normalizedMean mean of counts scaled to 10⁴ per cell
public record RawStatistics(double[] mean, double[] nonZero, double[] normalizedMean) {
  private static final double PER_CELL = 1e4;

  /// @param cells positions of the group
  public static RawStatistics of(DataSource data, int[] cells) {
    int genes = data.genes();
    var mean = new double[genes];
    var nonZero = new double[genes];
    var normalized = new double[genes];
    var measured = new double[genes];
    Arrays.fill(measured, cells.length);
    var ordered = IntStream.of(cells).sorted().toArray();
    for (int from = 0; from < ordered.length; from += data.block()) {
      var part = Arrays.copyOfRange(ordered, from, Math.min(from + data.block(), ordered.length));
      var counts = data.read(part).counts();
      for (int row = 0; row < counts.rows(); row++) {
        double total = counts.total(row);
        double factor = total > 0 ? PER_CELL / total : 0;
        for (int k = (int) counts.indptr()[row]; k < counts.indptr()[row + 1]; k++) {
          int gene = counts.indices()[k];
          float value = counts.values()[k];
          if (Float.isNaN(value)) {
            measured[gene]--;
            continue;
          }
          mean[gene] += value;
          nonZero[gene] += value != 0 ? 1 : 0;
          normalized[gene] += value * factor;
        }
      }
    }
    for (int g = 0; g < genes; g++) {
      double n = Math.max(1, measured[g]);
      mean[g] /= n;
      nonZero[g] /= n;
      normalized[g] /= n;
    }
    return new RawStatistics(mean, nonZero, normalized);
  }
}
