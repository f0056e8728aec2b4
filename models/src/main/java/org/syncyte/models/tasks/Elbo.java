package org.syncyte.models.tasks;

import java.util.random.RandomGeneratorFactory;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.nn.Pass;

/// The evidence lower bound of each cell, by its parts; no KL weight.
///
/// @param reconstruction minus the expected log-likelihood, from one sample of the posterior
/// @param kl divergence of the posterior from the prior
public record Elbo(double[] reconstruction, double[] kl) {
  /// With a sample that depends on nothing but the cells.
  public static Elbo of(Fit fit, DataSource data) {
    return of(fit, data, new RandomNoise(RandomGeneratorFactory.of("L64X128MixRandom").create(0)));
  }

  /// @param data cells bound to the registry of `fit`
  /// @param noise the sample's; `Noise.NONE` puts it at the posterior mean
  public static Elbo of(Fit fit, DataSource data, Noise noise) {
    data.requireCounts("the evidence lower bound");
    var reconstruction = new double[data.cells()];
    var kl = new double[data.cells()];
    var pass = Pass.evaluation(noise);
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          var model = fit.model();
          var posterior = model.inference(cells, pass);
          var loss =
              model.loss(cells, posterior, model.generative(cells, posterior, pass), 1, pass);
          add(loss.reconstruction().toFloatArray(), reconstruction, first);
          loss.kl().values().forEach(part -> add(part.toFloatArray(), kl, first));
        });
    return new Elbo(reconstruction, kl);
  }

  /// The mean bound per cell; higher is better.
  public double mean() {
    double sum = 0;
    for (int i = 0; i < kl.length; i++) {
      sum -= reconstruction[i] + kl[i];
    }
    return sum / kl.length;
  }

  private static void add(float[] part, double[] all, int at) {
    for (int i = 0; i < part.length; i++) {
      all[at + i] += part[i];
    }
  }
}
