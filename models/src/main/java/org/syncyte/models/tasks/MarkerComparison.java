package org.syncyte.models.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;

/// Which protein markers differ between groups of cells: `DifferentialExpression` with what values
/// on a scale from 0 to 1 need.
///
/// Fold changes are taken of values held 1e-6 off both ends of the scale, `log2(a / b)`, with no
/// pseudocount: a scaled marker has no level that means "not expressed". A change up or down counts
/// alike. So that large samples do not outvote small ones, as many cells of each sample take part
/// as the smallest has; the rest of a comparison is made of such cells, too.
public final class MarkerComparison {
  private static final double MARGIN = 1e-6;

  /// Below what a double adds to a value of 1e-6.
  private static final double NO_PSEUDOCOUNT = 1e-30;

  /// Change in either direction by a quarter of a doubling, no statistics of raw values.
  public static final DeOptions OPTIONS = options(DeOptions.CHANGE);

  private MarkerComparison() {}

  /// What is asked of genes, asked of markers: always for a change, in either direction.
  public static DeOptions options(DeOptions genes) {
    var change =
        DeOptions.CHANGE
            .withDelta(genes.delta())
            .withTest(DeOptions.Test.TWO)
            .withPseudocounts(NO_PSEUDOCOUNT)
            .withSamples(genes.samples())
            .withPermutations(genes.permutations())
            .withCredibleLevels(genes.credibleLevels())
            .withFdr(genes.fdr())
            .withRawStatistics(false)
            .withSeed(genes.seed());
    return genes.batchCorrection() ? change.correcting(genes.batches1(), genes.batches2()) : change;
  }

  /// @param data cells bound to the registry of `fit`
  /// @param sample the sample of each cell to balance by, or null
  /// @param options usually `OPTIONS` or what was made of it
  /// @throws IllegalArgumentException if the model is not of markers or a group has too few cells
  public static DataFrame of(
      Fit fit,
      DataSource data,
      List<Comparison> comparisons,
      @Nullable Column sample,
      DeOptions options) {
    if (fit.registry().markers() == null) {
      throw new IllegalArgumentException(
          "%s is no model of protein markers; compare its genes".formatted(fit.modelClass()));
    }
    if (!fit.trained()) {
      throw new IllegalStateException("the model is not trained; its expression means nothing yet");
    }
    var balanced = sample == null ? comparisons : balanced(comparisons, sample, options.seed());
    var source = new ExpressionDraws(fit, data, false);
    return DifferentialExpression.of(
        new Clipped(source),
        cells -> RawStatistics.of(data, cells),
        balanced,
        options,
        cells -> cells);
  }

  /// The comparisons with as many cells of each sample as the smallest has.
  static List<Comparison> balanced(List<Comparison> comparisons, Column sample, long seed) {
    var members = new LinkedHashMap<String, List<Integer>>();
    for (int cell = 0; cell < sample.size(); cell++) {
      members.computeIfAbsent(String.valueOf(sample.text(cell)), _ -> new ArrayList<>()).add(cell);
    }
    int least = members.values().stream().mapToInt(List::size).min().orElse(0);
    var random = new SplittableRandom(seed);
    var selected = new boolean[sample.size()];
    for (var cells : members.values()) {
      var all = cells.stream().mapToInt(Integer::intValue).toArray();
      for (int i = 0; i < least; i++) {
        int j = i + random.nextInt(all.length - i);
        selected[all[j]] = true;
        all[j] = all[i];
      }
    }
    return comparisons.stream()
        .map(one ->
            new Comparison(
                one.group1(),
                one.group2(),
                Arrays.stream(one.cells1()).filter(cell -> selected[cell]).toArray(),
                Arrays.stream(one.cells2()).filter(cell -> selected[cell]).toArray()))
        .toList();
  }

  /// Draws kept off the ends of the scale.
  private record Clipped(DrawSource source) implements DrawSource {
    @Override
    public List<String> features() {
      return source.features();
    }

    @Override
    public List<String> batches() {
      return source.batches();
    }

    @Override
    public Draws draw(int[] cells, @Nullable String batch, int count, RandomGenerator random) {
      var draws = source.draw(cells, batch, count, random);
      var values = new float[draws.genes()][draws.count()];
      IntStream.range(0, values.length)
          .forEach(g -> {
            for (int i = 0; i < values[g].length; i++) {
              values[g][i] = (float) Math.clamp(draws.at(g, i), MARGIN, 1 - MARGIN);
            }
          });
      return new Draws.Floats(values);
    }
  }
}
