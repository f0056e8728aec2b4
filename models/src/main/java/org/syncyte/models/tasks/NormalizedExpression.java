package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Batch;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.nn.Pass;

/// Denoised expression: what a model expects of each gene of each cell, depth and noise set apart.
///
/// Each value is the mean over `samples` draws of the posterior and over the batches asked for.
/// Only the decoder sees another batch; what was inferred of a cell stays.
public final class NormalizedExpression {
  /// @param transformBatches batches to decode as, or none for each cell's own
  /// @param genes genes wanted, or null for all in the model's order
  /// @param librarySize factor on the normalised values, or null for expected counts at the cell's
  ///   own library size
  /// @param samples draws of the posterior
  /// @param noise of the draws; `Noise.NONE` decodes the posterior mean
  public record Options(
      List<String> transformBatches,
      @Nullable List<String> genes,
      @Nullable Double librarySize,
      int samples,
      Noise noise) {
    public Options {
      transformBatches = List.copyOf(transformBatches);
      if (samples < 1) {
        throw new IllegalArgumentException("samples = " + samples + "; at least one is needed");
      }
    }

    /// One draw, each cell's own batch, all genes, summing to one per cell.
    public static Options standard() {
      return new Options(
          List.of(),
          null,
          1.0,
          1,
          new RandomNoise(RandomGeneratorFactory.of("L64X128MixRandom").create(0)));
    }

    /// The decoded posterior mean, free of chance.
    public static Options atMean() {
      return new Options(List.of(), null, 1.0, 1, Noise.NONE);
    }
  }

  private NormalizedExpression() {}

  public static Dense of(Fit fit, DataSource data) {
    return of(fit, data, Options.standard());
  }

  /// @param data cells bound to the registry of `fit`
  /// @return cells by genes
  /// @throws IllegalArgumentException if a batch or gene is not the model's
  public static Dense of(Fit fit, DataSource data, Options options) {
    var batches =
        options.transformBatches().stream()
            .mapToLong(name -> position(fit.registry().batches(), "batch", name))
            .toArray();
    int genes = data.genes();
    var wanted = options.genes();
    int[] columns =
        wanted == null
            ? null
            : wanted.stream()
                .mapToInt(name -> position(fit.registry().varNames(), "gene", name))
                .toArray();
    int width = columns == null ? genes : columns.length;
    var values = new float[Math.multiplyExact(data.cells(), width)];
    var pass = Pass.evaluation(options.noise());
    float share = 1f / (options.samples() * Math.max(1, batches.length));
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          for (int s = 0; s < options.samples(); s++) {
            var posterior = fit.model().posterior(cells, pass);
            for (int b = 0; b < Math.max(1, batches.length); b++) {
              var seen = batches.length == 0 ? cells : elsewhere(cells, batches[b]);
              var generated = fit.model().generative(seen, posterior, pass);
              var part = scaled(generated.scale(), generated.rate(), options.librarySize());
              add(part.toFloatArray(), share, genes, columns, values, first);
            }
          }
        });
    return new Dense(data.cells(), width, values);
  }

  /// Each of the draws by itself, none averaged but over the batches asked for.
  public static List<Dense> draws(Fit fit, DataSource data, Options options) {
    var one =
        new Options(
            options.transformBatches(), options.genes(), options.librarySize(), 1, options.noise());
    return java.util.stream.IntStream.range(0, options.samples())
        .mapToObj(_ -> of(fit, data, one))
        .toList();
  }

  /// A cell of the data set at random, a draw of its posterior, and so on: `count` rows that stand
  /// for the data set as a whole, at library size 1.
  ///
  /// @param batch the batch to decode as, or null for each cell's own
  /// @param importance whether places that explain the data set better are drawn more often
  public static Dense overall(
      Fit fit, DataSource data, int count, @Nullable String batch, boolean importance, long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var all = java.util.stream.IntStream.range(0, data.cells()).toArray();
    var draws = new ExpressionDraws(fit, data, importance).draw(all, batch, count, random);
    var values = new float[Math.multiplyExact(count, data.genes())];
    for (int g = 0; g < data.genes(); g++) {
      for (int i = 0; i < count; i++) {
        values[i * data.genes() + g] = (float) draws.at(g, i);
      }
    }
    return new Dense(count, data.genes(), values);
  }

  static Batch elsewhere(Batch cells, long batch) {
    return cells.withBatch(Scaled.by(cells.batch(), 0L).add(batch));
  }

  private static NDArray scaled(NDArray scale, NDArray rate, @Nullable Double librarySize) {
    return librarySize == null ? rate : Scaled.by(scale, (float) (double) librarySize);
  }

  /// Adds the wanted columns of a page, times `share`, to the cells from `first` on.
  static void add(
      float[] part, float share, int genes, int @Nullable [] columns, float[] all, int first) {
    int width = columns == null ? genes : columns.length;
    for (int i = 0; i < part.length / genes; i++) {
      for (int g = 0; g < width; g++) {
        all[(first + i) * width + g] +=
            share * part[i * genes + (columns == null ? g : columns[g])];
      }
    }
  }

  static int position(List<String> names, String what, String name) {
    int at = names.indexOf(name);
    if (at < 0) {
      throw new IllegalArgumentException(
          "%s '%s' is not the model's; it has %s"
              .formatted(what, name, names.size() > 20 ? names.subList(0, 20) + "..." : names));
    }
    return at;
  }
}
