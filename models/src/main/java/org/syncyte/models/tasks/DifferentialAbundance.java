package org.syncyte.models.tasks;

import java.util.ArrayList;
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

/// Where in latent space cells of some samples are more frequent than those of others, without
/// labels of cell types.
///
/// The posterior of a sample is the mixture of its cells' posteriors, all with equal weights. Each
/// cell z (its posterior mean) has a log-density under that of every sample s with cells C_s:
///
///     log p_s(z) = log mean_{n in C_s} Π_d Normal(z_d; m_nd, √v_nd)
///
/// or Student's t with `dof` degrees of freedom in place of Normal, which reaches further. With
/// `AS_PUBLISHED` the dimensions are mixed each by itself and the variance stands where the standard
/// deviation belongs, Σ_d log mean_n Normal(z_d; m_nd, v_nd): so published CYTOVI numbers were made.
///
/// For groups of samples, abundance in a group is the log of the median density over its samples
/// minus that over all other samples. Ingelfinger et al., bioRxiv 2025.
///
/// @param samples names, in order of first appearance
/// @param logDensity log-density of each cell under each sample's posterior, `[cell][sample]`
public record DifferentialAbundance(List<String> samples, double[][] logDensity) {
  public enum Density {
    JOINT,
    AS_PUBLISHED
  }

  /// @param dof degrees of freedom of Student's t, or null for the normal distribution
  /// @param cellsPerSample at most so many cells of each sample, drawn at random; 0 takes all
  public record Options(Density density, @Nullable Double dof, int cellsPerSample, long seed) {
    public static final Options DEFAULT = new Options(Density.JOINT, null, 0, 0);

    public Options {
      if (dof != null && !(dof > 0) || cellsPerSample < 0) {
        throw new IllegalArgumentException(
            "%s degrees of freedom and %d cells per sample; the first must be positive, the second not negative"
                .formatted(dof, cellsPerSample));
      }
    }
  }

  /// @param sample the sample of each cell; no entry may be missing
  public static DifferentialAbundance of(Latent latent, Column sample, Options options) {
    int cells = latent.mean().rows();
    if (sample.size() != cells) {
      throw new IllegalArgumentException(
          "samples of %d cells for the latent space of %d".formatted(sample.size(), cells));
    }
    var members = new LinkedHashMap<String, List<Integer>>();
    for (int cell = 0; cell < cells; cell++) {
      var name = sample.text(cell);
      if (name == null) {
        throw new IllegalArgumentException(
            "cell %d has no sample; fill it in or leave the cell out".formatted(cell));
      }
      members.computeIfAbsent(name, _ -> new ArrayList<>()).add(cell);
    }
    var names = List.copyOf(members.keySet());
    var density = new double[cells][names.size()];
    var random = new SplittableRandom(options.seed());
    for (int s = 0; s < names.size(); s++) {
      var own = members.getOrDefault(names.get(s), List.of());
      var mixture = new Mixture(latent, chosen(own, options.cellsPerSample(), random), options);
      int column = s;
      IntStream.range(0, cells)
          .parallel()
          .forEach(cell -> density[cell][column] = mixture.logDensity(cell));
    }
    return new DifferentialAbundance(names, density);
  }

  /// Abundance in each group of samples against all others, per cell.
  ///
  /// @param group the group of each cell; all cells of a sample belong to the same
  /// @return by group, in order of first appearance
  /// @throws IllegalArgumentException if a sample belongs to several groups, or all to one
  public Map<String, double[]> between(Column sample, Column group) {
    var groupOf = new LinkedHashMap<String, String>();
    for (int cell = 0; cell < sample.size(); cell++) {
      var name = String.valueOf(sample.text(cell));
      var its = String.valueOf(group.text(cell));
      var before = groupOf.putIfAbsent(name, its);
      if (before != null && !before.equals(its)) {
        throw new IllegalArgumentException(
            "sample '%s' belongs to '%s' and to '%s'; a sample has one condition"
                .formatted(name, before, its));
      }
    }
    var groups = new LinkedHashSet<>(groupOf.values());
    if (groups.size() < 2) {
      throw new IllegalArgumentException(
          "all samples belong to %s; there is nothing to compare with".formatted(groups));
    }
    var abundance = new LinkedHashMap<String, double[]>();
    for (var one : groups) {
      var inside =
          IntStream.range(0, samples.size())
              .filter(s -> one.equals(groupOf.get(samples.get(s))))
              .toArray();
      var outside =
          IntStream.range(0, samples.size())
              .filter(s -> !one.equals(groupOf.get(samples.get(s))))
              .toArray();
      abundance.put(
          one,
          Arrays.stream(logDensity)
              .mapToDouble(cell -> logMedian(cell, inside) - logMedian(cell, outside))
              .toArray());
    }
    return abundance;
  }

  /// The log of the median of exponentials, without taking them.
  static double logMedian(double[] logs, int[] chosen) {
    var sorted = Arrays.stream(chosen).mapToDouble(i -> logs[i]).sorted().toArray();
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

  private static int[] chosen(List<Integer> cells, int most, SplittableRandom random) {
    var all = cells.stream().mapToInt(Integer::intValue).toArray();
    if (most == 0 || all.length <= most) {
      return all;
    }
    for (int i = 0; i < most; i++) {
      int j = i + random.nextInt(all.length - i);
      int kept = all[i];
      all[i] = all[j];
      all[j] = kept;
    }
    return Arrays.copyOf(all, most);
  }

  /// The posterior of one sample.
  private record Mixture(Latent latent, int[] cells, Options options) {
    double logDensity(int at) {
      int width = latent.mean().columns();
      var joint = new double[cells.length];
      double apart = 0;
      for (int d = 0; d < width; d++) {
        double z = latent.mean().at(at, d);
        var terms = options.density() == Density.JOINT ? joint : new double[cells.length];
        for (int n = 0; n < cells.length; n++) {
          double variance = latent.variance().at(cells[n], d);
          double scale = options.density() == Density.JOINT ? Math.sqrt(variance) : variance;
          terms[n] +=
              log((z - latent.mean().at(cells[n], d)) / scale, options.dof()) - Math.log(scale);
        }
        apart += options.density() == Density.JOINT ? 0 : logMean(terms);
      }
      return options.density() == Density.JOINT ? logMean(joint) : apart;
    }

    private static double log(double t, @Nullable Double dof) {
      if (dof == null) {
        return -0.5 * (t * t + Math.log(2 * Math.PI));
      }
      return Gamma.logGamma((dof + 1) / 2)
          - Gamma.logGamma(dof / 2)
          - 0.5 * Math.log(dof * Math.PI)
          - (dof + 1) / 2 * Math.log1p(t * t / dof);
    }

    private static double logMean(double[] terms) {
      var sum = new MarginalLikelihood.LogSum();
      for (double term : terms) {
        sum.add(term);
      }
      return sum.value() - Math.log(terms.length);
    }
  }
}
