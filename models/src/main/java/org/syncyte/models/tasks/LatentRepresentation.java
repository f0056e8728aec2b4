package org.syncyte.models.tasks;

import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
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

  private static void put(float[] part, float[] all, int at) {
    System.arraycopy(part, 0, all, at, part.length);
  }
}
