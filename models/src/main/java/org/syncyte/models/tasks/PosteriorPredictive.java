package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.hipparchus.stat.ranking.NaturalRanking;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.Generated;
import org.syncyte.models.distributions.Beta;
import org.syncyte.models.distributions.Distribution;
import org.syncyte.models.distributions.NegativeBinomial;
import org.syncyte.models.distributions.NegativeBinomialMixture;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.distributions.Poisson;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.distributions.Sampling;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.distributions.ZeroInflatedNegativeBinomial;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;

/// What a model would expect to observe, and how genes go together in it.
///
/// A draw of counts takes a place from a cell's posterior, decodes it, and draws from the
/// likelihood: such cells should look like the real ones (posterior predictive check). Denoised
/// expression stops before counting. Several batches to decode as are averaged.
public final class PosteriorPredictive {
  /// @param transformBatches batches to decode as, or none for each cell's own
  /// @param genes genes wanted, or null for all in the model's order
  /// @param samples draws per cell
  public record Options(
      List<String> transformBatches, @Nullable List<String> genes, int samples, long seed) {
    public static final Options STANDARD = new Options(List.of(), null, 1, 0);

    public Options {
      transformBatches = List.copyOf(transformBatches);
      if (samples < 1) {
        throw new IllegalArgumentException("samples = " + samples + "; at least one is needed");
      }
      if (genes != null && genes.isEmpty()) {
        throw new IllegalArgumentException("no gene is asked for; name some, or leave all");
      }
    }
  }

  /// Parameters of the likelihood, (cells, genes), means over draws of the posterior.
  ///
  /// @param mean expected count before forced zeros
  /// @param dispersions inverse dispersion, the deviation of a normal likelihood, or the sum of the
  ///   concentrations of a beta; null if it has none
  /// @param dropout probability of a forced zero, null if there are none
  public record Parameters(Dense mean, @Nullable Dense dispersions, @Nullable Dense dropout) {}

  /// How correlation is measured.
  public enum Correlation {
    PEARSON,
    SPEARMAN
  }

  @FunctionalInterface
  private interface Drawn {
    float[] of(Generated generated, Sampling sampling);
  }

  private PosteriorPredictive() {}

  /// Counts as the model would observe them, one matrix for each draw.
  public static List<Csr> counts(Fit fit, DataSource data, Options options) {
    return drawn(fit, data, options, (generated, sampling) -> sampling.draw(generated.counts()))
        .stream()
        .map(Dense::toCsr)
        .toList();
  }

  /// Expression without the noise of counting, at a common library size, one matrix for each draw.
  ///
  /// @throws IllegalArgumentException if the likelihood has no such stage
  public static List<Dense> denoised(
      Fit fit, DataSource data, double librarySize, Options options) {
    return drawn(
        fit,
        data,
        options,
        (generated, sampling) ->
            sampling.rate(
                Scaled.by(generated.scale(), (float) librarySize), theta(fit, generated.counts())));
  }

  public static Parameters parameters(Fit fit, DataSource data, Options options) {
    var means = drawn(fit, data, options, (generated, _) -> generated.rate().toFloatArray());
    var first = new Distribution[1];
    var dispersions =
        drawn(
            fit,
            data,
            options,
            (generated, _) -> {
              first[0] = generated.counts();
              var spread =
                  switch (generated.counts()) {
                    case NegativeBinomial nb -> nb.theta();
                    case ZeroInflatedNegativeBinomial zinb -> zinb.theta();
                    case Normal normal -> normal.variance().sqrt();
                    case Poisson poisson -> Scaled.by(poisson.rate(), 0f);
                    case NegativeBinomialMixture mixture -> mixture.theta();
                    case Beta beta -> beta.a().add(beta.b());
                  };
              return spread.broadcast(generated.rate().getShape()).toFloatArray();
            });
    var dropout =
        first[0] instanceof ZeroInflatedNegativeBinomial
            ? drawn(
                fit,
                data,
                options,
                (generated, _) ->
                    ((ZeroInflatedNegativeBinomial) generated.counts()).dropout().toFloatArray())
            : null;
    return new Parameters(
        mean(means),
        first[0] instanceof Poisson ? null : mean(dispersions),
        dropout == null ? null : mean(dropout));
  }

  /// How denoised expression of each pair of genes goes together, over all cells and draws; the
  /// matrices of several batches are averaged.
  ///
  /// @return (genes, genes)
  public static Dense correlation(
      Fit fit, DataSource data, double librarySize, Correlation type, Options options) {
    var sum = new float[0];
    int genes = 0;
    var batches = new ArrayList<List<String>>();
    options.transformBatches().forEach(batch -> batches.add(List.of(batch)));
    if (batches.isEmpty()) {
      batches.add(List.of());
    }
    for (var batch : batches) {
      var one = new Options(batch, options.genes(), options.samples(), options.seed());
      var draws = denoised(fit, data, librarySize, one);
      genes = draws.getFirst().columns();
      var part = correlation(draws, type);
      if (sum.length == 0) {
        sum = new float[part.length];
      }
      for (int i = 0; i < part.length; i++) {
        sum[i] += part[i] / batches.size();
      }
    }
    return new Dense(genes, genes, sum);
  }

  private static float[] correlation(List<Dense> draws, Correlation type) {
    int genes = draws.getFirst().columns();
    int rows = Math.multiplyExact(draws.size(), draws.getFirst().rows());
    var standard = new float[Math.multiplyExact(genes, rows)];
    for (int g = 0; g < genes; g++) {
      var values = new double[rows];
      int at = 0;
      for (var draw : draws) {
        for (int cell = 0; cell < draw.rows(); cell++) {
          values[at++] = draw.at(cell, g);
        }
      }
      if (type == Correlation.SPEARMAN) {
        values = new NaturalRanking().rank(values);
      }
      double mean = Arrays.stream(values).average().orElse(0);
      double square = 0;
      for (double value : values) {
        square += (value - mean) * (value - mean);
      }
      double scale = square > 0 ? 1 / Math.sqrt(square) : 0;
      for (int i = 0; i < rows; i++) {
        standard[g * rows + i] = (float) ((values[i] - mean) * scale);
      }
    }
    try (var scope = Compute.scope();
        var _ = Compute.recording(false)) {
      var z = scope.create(standard, new ai.djl.ndarray.types.Shape(genes, rows));
      return z.matMul(z.transpose()).toFloatArray();
    }
  }

  private static NDArray theta(Fit fit, Distribution counts) {
    return switch (counts) {
      case NegativeBinomial nb -> nb.theta();
      case ZeroInflatedNegativeBinomial zinb -> zinb.theta();
      case NegativeBinomialMixture mixture -> mixture.theta();
      case Poisson _, Normal _, Beta _ ->
          throw new IllegalArgumentException(
              "the %s has a likelihood without dispersion; it has no expression apart from its mean: ask for normalised expression"
                  .formatted(fit.modelClass()));
    };
  }

  private static List<Dense> drawn(Fit fit, DataSource data, Options options, Drawn what) {
    var registry = fit.registry();
    var batches =
        options.transformBatches().stream()
            .mapToLong(name -> NormalizedExpression.position(registry.batches(), "batch", name))
            .toArray();
    var wanted = options.genes();
    int[] columns =
        wanted == null
            ? null
            : wanted.stream()
                .mapToInt(name -> NormalizedExpression.position(registry.varNames(), "gene", name))
                .toArray();
    int width = columns == null ? data.genes() : columns.length;
    var all = new ArrayList<float[]>();
    for (int s = 0; s < options.samples(); s++) {
      all.add(new float[Math.multiplyExact(data.cells(), width)]);
    }
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed());
    var pass = Pass.evaluation(new RandomNoise(random));
    var sampling = new Sampling(random);
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          var believed = fit.model().posterior(cells, Pass.atMean());
          for (var values : all) {
            try (var _ = Pages.within(fit, cells, believed)) {
              var posterior = fit.model().posterior(cells, pass);
              for (int b = 0; b < Math.max(1, batches.length); b++) {
                var seen =
                    batches.length == 0 ? cells : NormalizedExpression.elsewhere(cells, batches[b]);
                var generated = fit.model().generative(seen, posterior, pass);
                var part = what.of(generated, sampling);
                float share = 1f / Math.max(1, batches.length);
                NormalizedExpression.add(part, share, data.genes(), columns, values, first);
              }
            }
          }
        });
    return all.stream().map(values -> new Dense(data.cells(), width, values)).toList();
  }

  private static Dense mean(List<Dense> draws) {
    var sum = new float[draws.getFirst().values().length];
    for (var draw : draws) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += draw.values()[i] / draws.size();
      }
    }
    return new Dense(draws.getFirst().rows(), draws.getFirst().columns(), sum);
  }
}
