package org.syncyte.models.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.hipparchus.special.Gamma;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Dense;

/// How dense each sample is where each cell lies in latent space.
///
/// A sample's density is the mixture, in equal parts, of the posteriors of its cells: normal, or
/// Student's t of the same place and scale, with heavier tails. Differences between columns say in
/// which states a sample, or a group of them, is over- or under-represented.
public final class DifferentialAbundance {
  private DifferentialAbundance() {}

  /// @param samples of each sample, its cells
  /// @param most cells of a sample to mix at most, or null for all
  /// @param freedom degrees of freedom of Student's t, or null for normals
  /// @return log-densities (cells, samples), samples in the order given
  public static Dense of(
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
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int cells = latent.mean().rows();
    var values = new float[Math.multiplyExact(cells, samples.size())];
    int column = 0;
    for (var sample : samples.values()) {
      var parts = most == null || sample.length <= most ? sample : some(sample, most, random);
      var constants = constants(latent, parts, freedom);
      for (int cell = 0; cell < cells; cell++) {
        var sum = new MarginalLikelihood.LogSum();
        for (int k = 0; k < parts.length; k++) {
          sum.add(constants[k] + shape(latent, cell, parts[k], freedom));
        }
        values[cell * samples.size() + column] = (float) (sum.value() - Math.log(parts.length));
      }
      column++;
    }
    return new Dense(cells, samples.size(), values);
  }

  /// The mean log-density of the samples of each group, to compare groups of samples.
  ///
  /// @param groups of each group, names of its samples
  public static Dense pooled(
      Dense densities, List<String> samples, Map<String, List<String>> groups) {
    var columns = new LinkedHashMap<String, int[]>();
    groups.forEach((group, members) ->
        columns.put(
            group,
            members.stream()
                .mapToInt(name -> NormalizedExpression.position(samples, "sample", name))
                .toArray()));
    var values = new float[densities.rows() * groups.size()];
    for (int cell = 0; cell < densities.rows(); cell++) {
      int at = 0;
      for (var members : columns.values()) {
        double sum = 0;
        for (int member : members) {
          sum += densities.at(cell, member);
        }
        values[cell * groups.size() + at++] = (float) (sum / members.length);
      }
    }
    return new Dense(densities.rows(), groups.size(), values);
  }

  /// What does not depend on where the density is asked for.
  private static double[] constants(Latent latent, int[] parts, @Nullable Double freedom) {
    int width = latent.mean().columns();
    double each =
        freedom == null
            ? -0.5 * Math.log(2 * Math.PI)
            : Gamma.logGamma((freedom + 1) / 2)
                - Gamma.logGamma(freedom / 2)
                - 0.5 * Math.log(freedom * Math.PI);
    var constants = new double[parts.length];
    for (int k = 0; k < parts.length; k++) {
      constants[k] = width * each;
      for (int d = 0; d < width; d++) {
        constants[k] -= 0.5 * Math.log(latent.variance().at(parts[k], d));
      }
    }
    return constants;
  }

  private static double shape(Latent latent, int cell, int part, @Nullable Double freedom) {
    double sum = 0;
    for (int d = 0; d < latent.mean().columns(); d++) {
      double off = latent.mean().at(cell, d) - latent.mean().at(part, d);
      double squared = off * off / latent.variance().at(part, d);
      sum -= freedom == null ? 0.5 * squared : 0.5 * (freedom + 1) * Math.log1p(squared / freedom);
    }
    return sum;
  }

  private static int[] some(int[] cells, int count, RandomGenerator random) {
    return random
        .ints(0, cells.length)
        .distinct()
        .limit(count)
        .map(i -> cells[i])
        .sorted()
        .toArray();
  }
}
