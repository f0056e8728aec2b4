package org.syncyte.models.tasks;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.CountDraws;
import org.syncyte.models.distributions.NegativeBinomial;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.nn.Pass;

/// Counts that a model of genes and proteins would expect to see of the same cells again: one draw
/// of each cell's posterior, and one of the counts given it. The efficiency of batches is left out.
///
/// @param genes cells by genes
/// @param proteins cells by proteins
public record PredictiveSample(Dense genes, Dense proteins) {
  /// @param data cells bound to the registry of `fit`
  /// @throws IllegalArgumentException if the model knows no proteins, or its genes are not negative
  ///   binomial
  public static PredictiveSample of(Fit fit, DataSource data, long seed) {
    var names = ProteinExpression.known(fit).names();
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var draws = new CountDraws(random);
    var pass = Pass.evaluation(new RandomNoise(random));
    var genes = new float[Math.multiplyExact(data.cells(), data.genes())];
    var proteins = new float[Math.multiplyExact(data.cells(), names.size())];
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          var posterior = fit.model().posterior(cells, pass);
          var made = fit.model().generative(cells, posterior, pass);
          if (!(made.counts() instanceof NegativeBinomial counts) || made.proteins() == null) {
            throw new IllegalArgumentException(
                "gene_likelihood is not nb; only negative binomial genes can be drawn");
          }
          draw(
              draws,
              counts.mu().toFloatArray(),
              spread(counts.theta().toFloatArray(), counts.mu().toFloatArray().length),
              genes,
              first * data.genes());
          var protein = made.proteins();
          float[] mean = protein.foreground().toFloatArray();
          float[] background = protein.background().toFloatArray();
          float[] share = protein.backgroundProbability().toFloatArray();
          choose(mean, background, share, random);
          draw(
              draws,
              mean,
              spread(protein.counts().theta().toFloatArray(), mean.length),
              proteins,
              first * names.size());
        });
    return new PredictiveSample(
        new Dense(data.cells(), data.genes(), genes, fit.registry().varNames()),
        new Dense(data.cells(), names.size(), proteins, names));
  }

  private static void choose(
      float[] mean, float[] background, float[] share, RandomGenerator random) {
    for (int i = 0; i < mean.length; i++) {
      if (random.nextFloat() < share[i]) {
        mean[i] = background[i];
      }
    }
  }

  /// One value for each column, or already one for each entry.
  static float[] spread(float[] theta, int length) {
    if (theta.length == length) {
      return theta;
    }
    var all = new float[length];
    for (int i = 0; i < length; i++) {
      all[i] = theta[i % theta.length];
    }
    return all;
  }

  private static void draw(CountDraws draws, float[] mean, float[] theta, float[] all, int at) {
    for (int i = 0; i < mean.length; i++) {
      all[at + i] = draws.negativeBinomial(mean[i], theta[i]);
    }
  }
}
