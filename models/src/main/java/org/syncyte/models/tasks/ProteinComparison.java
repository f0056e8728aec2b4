package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.fields.Proteins;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.Generated;

/// Which genes and which surface proteins differ between groups of cells, in one table:
/// `DifferentialExpression` with draws of both.
///
/// A draw is a cell of the group, a place in its posterior, and what is decoded there: of genes
/// their shares, of proteins the expected foreground, to which `priorCount` is added. Foreground is
/// told from background by its probability or, if asked for, by a draw. Genes stand by their names,
/// proteins as `CD3_protein`.
///
/// Statistics of raw counts of a protein are of the cells whose panel measured it. Counts scaled to
/// a total are not given for proteins (NaN): their total means nothing. A pseudocount to be
/// estimated is that of the genes.
///
/// Gayoso et al., Nature Methods 18, 2021.
public final class ProteinComparison {
  /// What follows the name of a protein in a table.
  public static final String SUFFIX = "_protein";

  /// Change by a quarter of a doubling, as published for models of proteins.
  public static final DeOptions OPTIONS = DeOptions.CHANGE.withPseudocounts(1e-5);

  /// What the rows of a table are.
  public enum Features {
    BOTH,
    GENES,
    PROTEINS
  }

  /// @param features what is compared
  /// @param priorCount added to both sides of proteins, so that what is near zero does not count
  /// @param scaled compares each protein's share in its cell
  /// @param drawMixing tells foreground from background by a draw in place of its probability
  /// @param includeBackground adds the expected background
  public record Options(
      Features features,
      double priorCount,
      boolean scaled,
      boolean drawMixing,
      boolean includeBackground) {
    public static final Options DEFAULT = new Options(Features.BOTH, 0.1, false, false, false);

    public Options {
      if (!(priorCount >= 0) || Double.isInfinite(priorCount)) {
        throw new IllegalArgumentException(
            "protein prior count %s; it is a number from zero, such as 0.1".formatted(priorCount));
      }
    }
  }

  private ProteinComparison() {}

  /// @param data cells bound to the registry of `fit`
  /// @param options usually `OPTIONS` or what was made of it
  /// @throws IllegalArgumentException if the model knows no proteins
  /// @throws IllegalStateException if it was never trained
  public static DataFrame of(
      Fit fit, DataSource data, List<Comparison> comparisons, Options proteins, DeOptions options) {
    var known = ProteinExpression.known(fit);
    if (!fit.trained()) {
      throw new IllegalStateException("the model is not trained; its expression means nothing yet");
    }
    if (options.importance()) {
      throw new IllegalArgumentException(
          "draws of proteins are not weighed by importance; leave it out");
    }
    if (proteins.features() == Features.PROTEINS && options.pseudocounts() == null) {
      throw new IllegalArgumentException(
          "pseudocounts are estimated from genes, but proteins alone are compared; give a number, such as 1e-5");
    }
    var inliers = options.leaveOutliers() ? new Inliers(fit, data, options.seed()) : null;
    var source = new Both(fit, data, known, proteins);
    return DifferentialExpression.of(
        source,
        cells -> source.chosen(raw(data, known, cells)),
        comparisons,
        options,
        inliers == null ? cells -> cells : inliers::of);
  }

  private static RawStatistics raw(DataSource data, Proteins known, int[] cells) {
    int count = known.size();
    var mean = new double[count];
    var nonZero = new double[count];
    var measured = new double[count];
    var ordered = IntStream.of(cells).sorted().toArray();
    for (int from = 0; from < ordered.length; from += data.block()) {
      var part =
          data.read(
              Arrays.copyOfRange(ordered, from, Math.min(from + data.block(), ordered.length)));
      var values = Objects.requireNonNull(part.proteins());
      var panel = part.panel() == null ? part.batch() : part.panel();
      for (int i = 0; i < part.size(); i++) {
        for (int p = 0; p < count; p++) {
          if (known.measured(panel[i], p)) {
            float value = values[i * count + p];
            measured[p]++;
            mean[p] += value;
            nonZero[p] += value > 0 ? 1 : 0;
          }
        }
      }
    }
    for (int p = 0; p < count; p++) {
      mean[p] /= measured[p];
      nonZero[p] /= measured[p];
    }
    var unknown = new double[count];
    Arrays.fill(unknown, Double.NaN);
    var genes = RawStatistics.of(data, cells);
    return new RawStatistics(
        joined(genes.mean(), mean),
        joined(genes.nonZero(), nonZero),
        joined(genes.normalizedMean(), unknown));
  }

  private static double[] joined(double[] first, double[] second) {
    return java.util.stream.DoubleStream.concat(Arrays.stream(first), Arrays.stream(second))
        .toArray();
  }

  /// Draws of genes, then of proteins, or of either.
  private record Both(Fit fit, DataSource data, Proteins known, Options options)
      implements DrawSource {
    @Override
    public List<String> features() {
      var names = new ArrayList<>(fit.registry().varNames());
      known.names().forEach(name -> names.add(name + SUFFIX));
      return names.subList(first(), end());
    }

    @Override
    public int genes() {
      return options.features() == Features.PROTEINS ? 0 : data.genes();
    }

    @Override
    public List<String> batches() {
      return fit.registry().batches();
    }

    private int first() {
      return options.features() == Features.PROTEINS ? data.genes() : 0;
    }

    private int end() {
      return data.genes() + (options.features() == Features.GENES ? 0 : known.size());
    }

    RawStatistics chosen(RawStatistics all) {
      return new RawStatistics(
          Arrays.copyOfRange(all.mean(), first(), end()),
          Arrays.copyOfRange(all.nonZero(), first(), end()),
          Arrays.copyOfRange(all.normalizedMean(), first(), end()));
    }

    @Override
    public Draws draw(int[] cells, @Nullable String batch, int count, RandomGenerator random) {
      long code = batch == null ? -1 : NormalizedExpression.position(batches(), "batch", batch);
      var all =
          ExpressionDraws.draw(
              fit,
              data,
              cells,
              code,
              data.genes() + known.size(),
              count,
              random,
              made -> made.scale().concat(proteins(made, random), 1));
      return new Draws.Floats(Arrays.copyOfRange(all.values(), first(), end()));
    }

    private NDArray proteins(Generated made, RandomGenerator random) {
      return ProteinExpression.expected(
              Objects.requireNonNull(made.proteins()),
              options.drawMixing(),
              options.includeBackground(),
              options.scaled(),
              random)
          .add((float) options.priorCount());
    }
  }
}
