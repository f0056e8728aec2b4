package org.syncyte.models.tasks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.special.Gamma;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Dense;

/// Where in latent space cells of a condition are more frequent than those of others, without labels
/// of cell types: densities of samples (`DifferentialAbundance`), taken together by condition.
///
/// Abundance in a condition is the log of the median density over its samples minus that over all
/// other samples. `asPublished` gives the densities that published CYTOVI numbers rest on: dimensions
/// are mixed each by itself, and the variance stands where a standard deviation belongs,
///
///     Σ_d log mean_n Normal(z_d; m_nd, v_nd)
///
/// Ingelfinger et al., bioRxiv 2025.
public final class MarkerAbundance {
  private MarkerAbundance() {}

  /// @param samples of each sample, its cells
  /// @param most cells of a sample to mix at most, or null for all
  /// @param freedom degrees of freedom of Student's t, or null for normals
  /// @return log-densities (cells, samples), samples in the order given
  public static Dense asPublished(
      Latent latent,
      Map<String, int[]> samples,
      @Nullable Integer most,
      @Nullable Double freedom,
      long seed) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("no sample is given; name the column that holds them");
    }
    if (most != null && most < 1 || freedom != null && !(freedom > 0)) {
      throw new IllegalArgumentException(
          "%s cells and %s degrees of freedom; both must be positive".formatted(most, freedom));
    }
    var random = new SplittableRandom(seed);
    int cells = latent.mean().rows();
    var values = new float[Math.multiplyExact(cells, samples.size())];
    int column = 0;
    for (var sample : samples.values()) {
      var parts = most == null ? sample : some(sample, most, random);
      int at = column++;
      IntStream.range(0, cells)
          .parallel()
          .forEach(cell ->
              values[cell * samples.size() + at] = (float) density(latent, cell, parts, freedom));
    }
    return new Dense(cells, samples.size(), values);
  }

  private static double density(Latent latent, int cell, int[] parts, @Nullable Double freedom) {
    double sum = 0;
    for (int d = 0; d < latent.mean().columns(); d++) {
      var mixture = new MarginalLikelihood.LogSum();
      for (int part : parts) {
        double scale = latent.variance().at(part, d);
        double off = (latent.mean().at(cell, d) - latent.mean().at(part, d)) / scale;
        mixture.add(log(off, freedom) - Math.log(scale));
      }
      sum += mixture.value() - Math.log(parts.length);
    }
    return sum;
  }

  private static double log(double off, @Nullable Double freedom) {
    return freedom == null
        ? -0.5 * (off * off + Math.log(2 * Math.PI))
        : Gamma.logGamma((freedom + 1) / 2)
            - Gamma.logGamma(freedom / 2)
            - 0.5 * Math.log(freedom * Math.PI)
            - (freedom + 1) / 2 * Math.log1p(off * off / freedom);
  }

  /// The condition of each sample.
  ///
  /// @throws IllegalArgumentException if a sample has several, or a cell none
  public static Map<String, String> conditions(Column sample, Column condition) {
    var conditions = new LinkedHashMap<String, String>();
    for (int cell = 0; cell < sample.size(); cell++) {
      var name = sample.text(cell);
      var its = condition.text(cell);
      if (name == null || its == null) {
        throw new IllegalArgumentException(
            "cell %d has no %s; fill it in or leave the cell out"
                .formatted(cell, name == null ? "sample" : "condition"));
      }
      var before = conditions.putIfAbsent(name, its);
      if (before != null && !before.equals(its)) {
        throw new IllegalArgumentException(
            "sample '%s' belongs to '%s' and to '%s'; a sample has one condition"
                .formatted(name, before, its));
      }
    }
    return conditions;
  }

  /// Abundance in each condition against all others, per cell.
  ///
  /// @param densities log-densities (cells, samples)
  /// @param samples names of the columns
  /// @param conditions the condition of each sample
  /// @return by condition, in order of first appearance
  /// @throws IllegalArgumentException if there is only one condition, or a sample without
  public static Map<String, double[]> between(
      Dense densities, List<String> samples, Map<String, String> conditions) {
    var order = new LinkedHashSet<String>();
    for (var sample : samples) {
      var condition = conditions.get(sample);
      if (condition == null) {
        throw new IllegalArgumentException("sample '" + sample + "' has no condition");
      }
      order.add(condition);
    }
    if (order.size() < 2) {
      throw new IllegalArgumentException(
          "all samples belong to %s; there is nothing to compare with".formatted(order));
    }
    var abundance = new LinkedHashMap<String, double[]>();
    for (var one : order) {
      var inside = positions(samples, conditions, one, true);
      var outside = positions(samples, conditions, one, false);
      abundance.put(
          one,
          IntStream.range(0, densities.rows())
              .mapToDouble(
                  cell -> logMedian(densities, cell, inside) - logMedian(densities, cell, outside))
              .toArray());
    }
    return abundance;
  }

  private static int[] positions(
      List<String> samples, Map<String, String> conditions, String one, boolean inside) {
    return IntStream.range(0, samples.size())
        .filter(s -> one.equals(conditions.get(samples.get(s))) == inside)
        .toArray();
  }

  /// The log of the median of exponentials, without taking them.
  static double logMedian(Dense logs, int cell, int[] chosen) {
    var sorted = Arrays.stream(chosen).mapToDouble(i -> logs.at(cell, i)).sorted().toArray();
    int half = sorted.length / 2;
    if (sorted.length % 2 == 1) {
      return sorted[half];
    }
    double low = sorted[half - 1];
    double high = sorted[half];
    return high == Double.NEGATIVE_INFINITY
        ? high
        : high + Math.log1p(Math.exp(low - high)) - Math.log(2);
  }

  private static int[] some(int[] cells, int most, SplittableRandom random) {
    if (cells.length <= most) {
      return cells;
    }
    var all = cells.clone();
    for (int i = 0; i < most; i++) {
      int j = i + random.nextInt(all.length - i);
      int kept = all[i];
      all[i] = all[j];
      all[j] = kept;
    }
    return Arrays.copyOf(all, most);
  }
}
