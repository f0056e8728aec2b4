package org.syncyte.models.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Batch;
import org.syncyte.models.Fit;
import org.syncyte.models.Posterior;
import org.syncyte.models.distributions.CountDraws;
import org.syncyte.models.distributions.NegativeBinomial;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.distributions.ZeroInflatedNegativeBinomial;
import org.syncyte.models.nn.Pass;

/// How genes and proteins go together once depth, background and counting noise are set apart.
///
/// For each cell and draw of its posterior, rates are drawn: of a gene from a gamma with mean
/// `rnaSizeFactor` times its normalised expression, of a protein from one with the mean of its
/// foreground, or zero where the draw is background. Over all draws of all cells, features are then
/// correlated; over several batches to decode as, the matrices are averaged.
public final class FeatureCorrelation {
  public enum Kind {
    PEARSON,
    SPEARMAN
  }

  /// @param samples draws of each cell, at least two
  /// @param rnaSizeFactor total of the rates of genes
  /// @param transformBatches batches to decode as, or none for each cell's own
  /// @param logTransform whether rates enter as logarithms
  public record Options(
      int samples,
      double rnaSizeFactor,
      List<String> transformBatches,
      Kind kind,
      boolean logTransform,
      long seed) {
    public static final Options DEFAULT = new Options(10, 1000, List.of(), Kind.SPEARMAN, false, 0);

    public Options {
      transformBatches = List.copyOf(transformBatches);
      if (samples < 2) {
        throw new IllegalArgumentException(
            "samples = " + samples + "; correlations of draws need at least two");
      }
    }
  }

  private static final float EPSILON = 1e-8f;

  private FeatureCorrelation() {}

  /// Features are genes, then proteins; columns are named by them.
  ///
  /// @param data cells bound to the registry of `fit`
  public static Dense of(Fit fit, DataSource data, Options options) {
    var names = new ArrayList<>(fit.registry().varNames());
    names.addAll(ProteinExpression.known(fit).names());
    int[] batches =
        options.transformBatches().isEmpty()
            ? new int[] {-1}
            : options.transformBatches().stream()
                .mapToInt(
                    name -> NormalizedExpression.position(fit.registry().batches(), "batch", name))
                .toArray();
    var mean = new float[names.size() * names.size()];
    for (int batch : batches) {
      var columns = draws(fit, data, options, batch, names.size());
      if (options.kind() == Kind.SPEARMAN) {
        Arrays.stream(columns).parallel().forEach(FeatureCorrelation::rank);
      }
      Arrays.stream(columns).forEach(FeatureCorrelation::standardise);
      IntStream.range(0, columns.length)
          .forEach(a -> {
            for (int b = 0; b <= a; b++) {
              double product = 0;
              for (int i = 0; i < columns[a].length; i++) {
                product += columns[a][i] * columns[b][i];
              }
              mean[a * columns.length + b] += (float) (product / batches.length);
              mean[b * columns.length + a] = mean[a * columns.length + b];
            }
          });
    }
    return new Dense(names.size(), names.size(), mean, names);
  }

  /// For each feature its value in every draw.
  private static double[][] draws(
      Fit fit, DataSource data, Options options, int batch, int features) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed());
    var draws = new CountDraws(random);
    var pass = Pass.evaluation(new RandomNoise(random));
    var columns = new double[features][Math.multiplyExact(data.cells(), options.samples())];
    int genes = data.genes();
    int[] row = {0};
    Pages.walk(
        fit,
        data,
        (_, cells, _) -> {
          for (int s = 0; s < options.samples(); s++) {
            var seen = batch < 0 ? cells : NormalizedExpression.elsewhere(cells, batch);
            var posterior = fit.model().posterior(cells, pass);
            int n = draw(fit, seen, posterior, pass, options, draws, columns, row[0], genes);
            row[0] += n;
          }
        });
    return columns;
  }

  private static int draw(
      Fit fit,
      Batch cells,
      Posterior posterior,
      Pass pass,
      Options options,
      CountDraws draws,
      double[][] columns,
      int row,
      int genes) {
    var made = fit.model().generative(cells, posterior, pass);
    var protein = Objects.requireNonNull(made.proteins());
    var counts =
        switch (made.counts()) {
          case NegativeBinomial plain -> plain.theta();
          case ZeroInflatedNegativeBinomial inflated -> inflated.theta();
          default -> throw new IllegalArgumentException("genes without dispersion");
        };
    float[] scale = made.scale().toFloatArray();
    float[] theta = PredictiveSample.spread(counts.toFloatArray(), scale.length);
    float[] foreground = protein.foreground().toFloatArray();
    float[] phi =
        PredictiveSample.spread(protein.counts().theta().toFloatArray(), foreground.length);
    float[] background = protein.backgroundProbability().toFloatArray();
    int n = scale.length / genes;
    int proteins = columns.length - genes;
    for (int i = 0; i < n; i++) {
      for (int g = 0; g < genes; g++) {
        int at = i * genes + g;
        double rate = draws.rate(options.rnaSizeFactor() * scale[at], theta[at]);
        columns[g][row + i] = options.logTransform() ? Math.log(rate + EPSILON) : rate;
      }
      for (int p = 0; p < proteins; p++) {
        int at = i * proteins + p;
        double rate = draws.rate(foreground[at], phi[at]);
        rate = draws.random().nextFloat() < background[at] ? 0 : rate;
        columns[genes + p][row + i] = options.logTransform() ? Math.log1p(rate) : rate;
      }
    }
    return n;
  }

  /// Values to ranks, the mean rank for equal ones.
  private static void rank(double[] values) {
    var order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted((a, b) -> Double.compare(values[a], values[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    var ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from + 1;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    System.arraycopy(ranks, 0, values, 0, values.length);
  }

  /// To mean 0 and length 1; a constant becomes NaN, for it goes with nothing.
  private static void standardise(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    double square = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] -= mean;
      square += values[i] * values[i];
    }
    double length = Math.sqrt(square);
    for (int i = 0; i < values.length; i++) {
      values[i] /= length;
    }
  }
}
