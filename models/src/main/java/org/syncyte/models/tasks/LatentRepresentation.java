package org.syncyte.models.tasks;

import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.nn.Pass;

/// The posterior of each cell in latent space, before any transformation of the latent space. Of
/// minified cells it is the stored one.
public final class LatentRepresentation {
  private LatentRepresentation() {}

  /// @param data cells bound to the registry of `fit`
  /// @throws IllegalStateException if the model was never trained
  public static Latent of(Fit fit, DataSource data) {
    if (!fit.trained()) {
      throw new IllegalStateException(
          "the model is not trained; its latent space means nothing yet");
    }
    int width = fit.model().latent();
    var mean = new float[Math.multiplyExact(data.cells(), width)];
    var variance = new float[mean.length];
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          var latent = fit.model().posterior(cells, Pass.atMean()).latent();
          put(latent.mean().toFloatArray(), mean, first * width);
          put(latent.variance().toFloatArray(), variance, first * width);
        });
    return new Latent(
        new Dense(data.cells(), width, mean), new Dense(data.cells(), width, variance));
  }

  /// One place of each cell, drawn from its posterior and transformed as the model does.
  ///
  /// @param noise the draw's; `Noise.NONE` gives the transformed mean
  public static Dense sample(Fit fit, DataSource data, Noise noise) {
    return mean(fit, data, 1, noise);
  }

  /// The mean place of each cell after the model's transformation of the latent space, over draws.
  /// Where nothing is transformed, `of` gives it exactly.
  public static Dense mean(Fit fit, DataSource data, int samples, Noise noise) {
    if (samples < 1) {
      throw new IllegalArgumentException("samples = " + samples + "; at least one is needed");
    }
    int width = fit.model().latent();
    var mean = new float[Math.multiplyExact(data.cells(), width)];
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          var believed = fit.model().posterior(cells, Pass.atMean());
          for (int s = 0; s < samples; s++) {
            try (var _ = Pages.within(fit, cells, believed)) {
              var place =
                  fit.model()
                      .cached(believed.latent(), believed.logLibrary(), Pass.evaluation(noise))
                      .z()
                      .toFloatArray();
              for (int i = 0; i < place.length; i++) {
                mean[first * width + i] += place[i] / samples;
              }
            }
          }
        });
    return new Dense(data.cells(), width, mean);
  }

  /// The expected library size of each cell, of a model that infers it.
  ///
  /// @throws IllegalStateException if the model observes it
  public static float[] librarySizes(Fit fit, DataSource data) {
    data.requireCounts("inferring library sizes");
    var sizes = new float[data.cells()];
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          var library = fit.model().inference(cells, Pass.atMean()).library();
          if (library == null) {
            throw new IllegalStateException(
                "the model observes library sizes; only with use_observed_lib_size=false does it"
                    + " infer them");
          }
          var page = library.mean().add(Scaled.by(library.variance(), 0.5f)).exp().toFloatArray();
          System.arraycopy(page, 0, sizes, first, page.length);
        });
    return sizes;
  }

  private static void put(float[] part, float[] all, int at) {
    System.arraycopy(part, 0, all, at, part.length);
  }
}
