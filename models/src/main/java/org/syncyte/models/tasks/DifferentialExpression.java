package org.syncyte.models.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.hipparchus.stat.descriptive.rank.Percentile;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;

/// Which genes differ between groups of cells, by the posterior of their normalised expression.
///
/// With draws a of the first group and b of the second, paired:
///
///     vanilla   p₁ = P(a > b),  p₂ = 1 - p₁,   Bayes factor log p₁/p₂
///     change    f  = log₂(a + c) - log₂(b + c)
///               p  = max(P(f ≥ δ), P(f < -δ)),  or their sum;  Bayes factor log p/(1-p)
///
/// The pseudocount c keeps fold changes of genes that neither group expresses at zero. Not given, it
/// is the 0.9-quantile, over genes whose mean count in a group is below a threshold, of the largest
/// draw, the greater of both groups, per gene of the model. Summaries of f that are for reading
/// (`lfc_...`) use c/1000. δ not given is estimated from all genes (`ThreeNormals`).
///
/// The genes marked at a false discovery rate are the most probable ones whose mean probability of no
/// change is below it. With batch correction both sides are decoded as the same batches, and draws
/// are paired within a batch.
///
/// Tables have one row per gene, the surest first, under the published column names.
///
/// Boyeau et al., PNAS 120, 2023; Lopez et al., Nature Methods 15, 2018.
public final class DifferentialExpression {
  private static final double EPSILON = 1e-8;
  private static final double LEAST_PSEUDOCOUNT = 1e-10;
  private static final double READING = 1e-3;

  private final List<String> features;
  private final int genes;
  private final DeOptions options;

  private DifferentialExpression(List<String> features, int genes, DeOptions options) {
    this.features = features;
    this.genes = genes;
    this.options = options;
  }

  /// @param data cells bound to the registry of `fit`
  /// @throws IllegalStateException if the model was never trained
  public static DataFrame of(
      Fit fit, DataSource data, List<Comparison> comparisons, DeOptions options) {
    if (!fit.trained()) {
      throw new IllegalStateException("the model is not trained; its expression means nothing yet");
    }
    var inliers = options.leaveOutliers() ? new Inliers(fit, data, options.seed()) : null;
    return of(
        new ExpressionDraws(fit, data, options.importance()),
        cells -> RawStatistics.of(data, cells),
        comparisons,
        options,
        inliers == null ? cells -> cells : inliers::of);
  }

  /// What counts say of a group.
  @FunctionalInterface
  public interface Raw {
    RawStatistics of(int[] cells);
  }

  /// Which cells of a group take part.
  @FunctionalInterface
  public interface Filter {
    int[] of(int[] cells);
  }

  /// For any model that can give draws. The tables of several comparisons stand below each other.
  public static DataFrame of(
      DrawSource source, Raw raw, List<Comparison> comparisons, DeOptions options, Filter filter) {
    if (comparisons.isEmpty()) {
      throw new IllegalArgumentException("no groups to compare were given");
    }
    var engine = new DifferentialExpression(source.features(), source.genes(), options);
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed());
    var tables = new ArrayList<DataFrame>();
    for (var comparison : comparisons) {
      tables.add(engine.compare(source, raw, comparison, random, filter));
    }
    return below(tables);
  }

  private DataFrame compare(
      DrawSource source, Raw raw, Comparison groups, RandomGenerator random, Filter filter) {
    int[] cells1 = filter.of(groups.cells1());
    int[] cells2 = filter.of(groups.cells2());
    var batches1 = batches(source, options.batches1());
    var batches2 = batches(source, options.batches2());
    boolean within = new java.util.HashSet<>(batches1).equals(new java.util.HashSet<>(batches2));
    var a = draws(source, cells1, batches1, random);
    var b = draws(source, cells2, within ? batches1 : batches2, random);
    var table = compare(a, b, within, raw.of(cells1), raw.of(cells2), random);
    int rows = table.size();
    return table
        .with("comparison", constant(groups.name(), rows))
        .with("group1", constant(groups.group1(), rows))
        .with("group2", constant(groups.group2(), rows));
  }

  /// The table of one comparison.
  ///
  /// @param a draws of the first group, one entry for each batch
  /// @param within whether both sides have the same batches, to pair draws within each
  static DataFrame compare(
      List<String> features,
      List<Draws> a,
      List<Draws> b,
      boolean within,
      RawStatistics raw1,
      RawStatistics raw2,
      DeOptions options) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed());
    return new DifferentialExpression(features, features.size(), options)
        .compare(a, b, within, raw1, raw2, random);
  }

  private DataFrame compare(
      List<Draws> a,
      List<Draws> b,
      boolean within,
      RawStatistics raw1,
      RawStatistics raw2,
      RandomGenerator random) {
    var side1 = Joined.of(a);
    var side2 = Joined.of(b);
    var first = new ArrayList<int[]>();
    var second = new ArrayList<int[]>();
    if (within) {
      int start = 0;
      for (int i = 0; i < a.size(); i++) {
        int count = Math.min(a.get(i).count(), b.get(i).count());
        pair(start, count, start, count, options.permutations() / a.size(), random, first, second);
        start += count;
      }
    } else {
      pair(0, side1.count(), 0, side2.count(), options.permutations(), random, first, second);
    }
    var pairs1 = joined(first);
    var pairs2 = joined(second);
    var columns = new LinkedHashMap<String, double[]>();
    double[] order =
        switch (options.mode()) {
          case VANILLA -> vanilla(columns, side1, side2, pairs1, pairs2);
          case CHANGE -> change(columns, side1, side2, pairs1, pairs2, raw1, raw2);
        };
    if (options.rawStatistics()) {
      columns.put("raw_mean1", raw1.mean());
      columns.put("raw_mean2", raw2.mean());
      columns.put("non_zeros_proportion1", raw1.nonZero());
      columns.put("non_zeros_proportion2", raw2.nonZero());
      columns.put("raw_normalized_mean1", raw1.normalizedMean());
      columns.put("raw_normalized_mean2", raw2.normalizedMean());
    }
    // Draws often cannot tell the surest genes apart; the larger change comes first then.
    var fold = folds(side1, side2);
    var falling =
        IntStream.range(0, features.size())
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer g) -> -order[g])
                    .thenComparingDouble(g -> -fold[g]))
            .toList();
    var table = new LinkedHashMap<String, Column>();
    columns.forEach((name, values) -> table.put(name, new Column.Floats(values, false)));
    if (options.mode() == DeOptions.Mode.CHANGE) {
      table.put(
          "is_de_fdr_" + options.fdr(),
          new Column.Bools(FoldChange.discovered(order, falling, options.fdr()), null));
    }
    return new DataFrame(features, table)
        .at(falling.stream().mapToInt(Integer::intValue).toArray());
  }

  private double[] vanilla(
      Map<String, double[]> columns, Draws a, Draws b, int[] first, int[] second) {
    int width = features.size();
    var higher = new double[width];
    var lower = new double[width];
    var factor = new double[width];
    for (int g = 0; g < width; g++) {
      int count = 0;
      for (int i = 0; i < first.length; i++) {
        count += a.at(g, first[i]) > b.at(g, second[i]) ? 1 : 0;
      }
      higher[g] = count / (double) first.length;
      lower[g] = 1 - higher[g];
      factor[g] = Math.log(higher[g] + EPSILON) - Math.log(lower[g] + EPSILON);
    }
    columns.put("proba_m1", higher);
    columns.put("proba_m2", lower);
    columns.put("bayes_factor", factor);
    columns.put("scale1", means(a));
    columns.put("scale2", means(b));
    return factor;
  }

  private double[] change(
      Map<String, double[]> columns,
      Draws a,
      Draws b,
      int[] first,
      int[] second,
      RawStatistics raw1,
      RawStatistics raw2) {
    int width = features.size();
    double pseudocount = pseudocount(a, b, raw1, raw2);
    var changes =
        IntStream.range(0, width)
            .parallel()
            .mapToObj(g -> FoldChange.of(a, b, g, first, second, pseudocount))
            .toList();
    var given = options.delta();
    double delta =
        given != null
            ? given
            : ThreeNormals.fit(changes.stream().mapToDouble(FoldChange::mean).toArray()).delta();
    var probability = new double[width];
    var against = new double[width];
    var factor = new double[width];
    for (int g = 0; g < width; g++) {
      double up = changes.get(g).shareFrom(delta);
      double down = changes.get(g).shareBelow(-delta);
      probability[g] =
          switch (options.test()) {
            case THREE -> Math.max(up, down);
            case TWO -> up + down;
          };
      against[g] = 1 - probability[g];
      factor[g] = Math.log(probability[g] + EPSILON) - Math.log(against[g] + EPSILON);
    }
    columns.put("proba_de", probability);
    columns.put("proba_not_de", against);
    columns.put("bayes_factor", factor);
    columns.put("scale1", means(a));
    columns.put("scale2", means(b));
    columns.put("pseudocounts", constant(pseudocount, width));
    columns.put("delta", constant(delta, width));
    var read =
        IntStream.range(0, width)
            .parallel()
            .mapToObj(
                g -> summary(FoldChange.of(a, b, g, first, second, READING * pseudocount), options))
            .toList();
    for (var name : read.getFirst().keySet()) {
      columns.put(name, read.stream().mapToDouble(one -> one.getOrDefault(name, 0.0)).toArray());
    }
    return probability;
  }

  private static Map<String, Double> summary(FoldChange change, DeOptions options) {
    var sorted = change.sorted();
    var summary = new LinkedHashMap<String, Double>();
    summary.put("lfc_mean", change.mean());
    summary.put("lfc_median", sorted.median());
    summary.put("lfc_std", change.deviation());
    summary.put("lfc_min", sorted.values()[0]);
    summary.put("lfc_max", sorted.values()[sorted.values().length - 1]);
    for (double level : options.credibleLevels()) {
      var interval = sorted.shortest(level);
      summary.put("lfc_confidence_interval_" + level + "_min", interval[0]);
      summary.put("lfc_confidence_interval_" + level + "_max", interval[1]);
    }
    return summary;
  }

  private double pseudocount(Draws a, Draws b, RawStatistics raw1, RawStatistics raw2) {
    var given = options.pseudocounts();
    if (given != null) {
      return given;
    }
    if (Arrays.stream(raw1.mean()).limit(genes).sum()
            + Arrays.stream(raw2.mean()).limit(genes).sum()
        == 0) {
      throw new IllegalArgumentException(
          "the cells carry no counts, from which pseudocounts would be estimated; give a number, such as 1e-5");
    }
    double larger = Math.max(unexpressed(a, raw1), unexpressed(b, raw2));
    return Math.max(LEAST_PSEUDOCOUNT, larger / genes);
  }

  /// The 0.9-quantile of the largest draw, over genes that the group does not express.
  private double unexpressed(Draws draws, RawStatistics raw) {
    var largest =
        IntStream.range(0, genes)
            .filter(g -> raw.mean()[g] < options.thresholdCounts())
            .mapToDouble(g ->
                IntStream.range(0, draws.count()).mapToDouble(i -> draws.at(g, i)).max().orElse(0))
            .toArray();
    return largest.length == 0
        ? LEAST_PSEUDOCOUNT
        : new Percentile().withEstimationType(Percentile.EstimationType.R_7).evaluate(largest, 90);
  }

  private List<@Nullable String> batches(DrawSource source, List<String> asked) {
    if (!options.batchCorrection()) {
      var own = new ArrayList<@Nullable String>();
      own.add(null);
      return own;
    }
    return new ArrayList<>(asked.isEmpty() ? source.batches() : asked);
  }

  private List<Draws> draws(
      DrawSource source, int[] cells, List<@Nullable String> batches, RandomGenerator random) {
    int each = Math.max(2, options.samples() / batches.size());
    var draws = new ArrayList<Draws>();
    for (var batch : batches) {
      draws.add(source.draw(cells, batch, each, random));
    }
    return draws;
  }

  private static void pair(
      int start1,
      int count1,
      int start2,
      int count2,
      int permutations,
      RandomGenerator random,
      List<int[]> first,
      List<int[]> second) {
    if (permutations == 0) {
      int count = Math.min(count1, count2);
      first.add(IntStream.range(start1, start1 + count).toArray());
      second.add(IntStream.range(start2, start2 + count).toArray());
    } else {
      first.add(random.ints(permutations, start1, start1 + count1).toArray());
      second.add(random.ints(permutations, start2, start2 + count2).toArray());
    }
  }

  private static int[] joined(List<int[]> parts) {
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }

  private static double[] means(Draws draws) {
    return IntStream.range(0, draws.genes())
        .mapToDouble(g ->
            IntStream.range(0, draws.count()).mapToDouble(i -> draws.at(g, i)).sum()
                / draws.count())
        .toArray();
  }

  /// The size of the change of mean expression, as a logarithm.
  private static double[] folds(Draws a, Draws b) {
    var first = means(a);
    var second = means(b);
    return IntStream.range(0, first.length)
        .mapToDouble(g -> Math.abs(Math.log((first[g] + EPSILON) / (second[g] + EPSILON))))
        .toArray();
  }

  private static double[] constant(double value, int rows) {
    var values = new double[rows];
    Arrays.fill(values, value);
    return values;
  }

  private static Column constant(String value, int rows) {
    return new Column.Categorical(new int[rows], List.of(value), false);
  }

  /// Tables of several comparisons below each other.
  public static DataFrame below(List<DataFrame> tables) {
    return tables.size() == 1 ? tables.getFirst() : Tables.below(tables);
  }

  /// Draws of several batches, one after the other.
  private record Joined(List<Draws> parts) implements Draws {
    static Draws of(List<Draws> parts) {
      return parts.size() == 1 ? parts.getFirst() : new Joined(parts);
    }

    @Override
    public int genes() {
      return parts.getFirst().genes();
    }

    @Override
    public int count() {
      return parts.stream().mapToInt(Draws::count).sum();
    }

    @Override
    public double at(int gene, int draw) {
      int at = draw;
      for (var part : parts) {
        if (at < part.count()) {
          return part.at(gene, at);
        }
        at -= part.count();
      }
      throw new IndexOutOfBoundsException(draw);
    }
  }
}
