package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.random.RandomGeneratorFactory;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Batch;
import org.syncyte.models.Fit;
import org.syncyte.models.Posterior;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.nn.Pass;

/// Log of the probability of each cell's counts, by importance sampling from its posterior:
///
///     log p(x) ≈ log mean_s p(x | z_s, ℓ_s) p(z_s) p(ℓ_s) / q(z_s | x) q(ℓ_s | x)
///
/// The library's terms are there when it is latent. Both densities of z are those before any
/// transformation of the latent space, so the estimate holds for "ln" as well. It is never below the
/// evidence bound in expectation, and approaches the truth from below as samples grow.
public final class MarginalLikelihood {
  private MarginalLikelihood() {}

  public static double[] of(Fit fit, DataSource data, int samples) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
    return of(fit, data, samples, new RandomNoise(random));
  }

  /// @param data cells bound to the registry of `fit`
  /// @return one value per cell
  public static double[] of(Fit fit, DataSource data, int samples, Noise noise) {
    if (samples < 1) {
      throw new IllegalArgumentException("samples = " + samples + "; at least one is needed");
    }
    data.requireCounts("the marginal likelihood");
    var likelihood = new double[data.cells()];
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          var posterior = fit.model().inference(cells, Pass.atMean());
          var sums = new LogSum[(int) cells.batch().size()];
          Arrays.setAll(sums, _ -> new LogSum());
          for (int s = 0; s < samples; s++) {
            try (var _ = Pages.within(fit, cells, posterior)) {
              var values = weight(fit, cells, posterior, noise).toFloatArray();
              for (int i = 0; i < values.length; i++) {
                sums[i].add(values[i]);
              }
            }
          }
          for (int i = 0; i < sums.length; i++) {
            likelihood[first + i] = sums[i].value() - Math.log(samples);
          }
        });
    return likelihood;
  }

  private static NDArray weight(Fit fit, Batch cells, Posterior posterior, Noise noise) {
    int[] last = {-1};
    var latent = posterior.latent();
    var y = latent.sample(noise);
    var library = posterior.library();
    var logLibrary = library == null ? posterior.logLibrary() : library.sample(noise);
    var at = fit.model().cached(new Normal(y, Scaled.by(y, 0f)), logLibrary, Pass.atMean());
    // Some models draw more than the latent place, such as the background of proteins.
    var generated = fit.model().generative(cells, at, Pass.evaluation(noise));
    var weight =
        fit.model()
            .logLikelihood(cells, generated)
            .add(fit.model().logPrior(cells, y))
            .sub(latent.logProbability(y).sum(last));
    var prior = library == null ? null : fit.model().libraryPrior(cells);
    return library == null || prior == null
        ? weight
        : weight
            .add(prior.logProbability(logLibrary).sum(last))
            .sub(library.logProbability(logLibrary).sum(last));
  }

  /// The log of a sum of exponentials, term by term.
  static final class LogSum {
    private double top = Double.NEGATIVE_INFINITY;
    private double sum;

    void add(double term) {
      if (term > top) {
        sum = sum * Math.exp(top - term) + 1;
        top = term;
      } else if (term > Double.NEGATIVE_INFINITY) {
        sum += Math.exp(term - top);
      }
    }

    double value() {
      return top + Math.log(sum);
    }
  }
}
