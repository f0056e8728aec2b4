package org.syncyte.models.tasks;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.Labelling;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;

/// What cells are, as told by a model that learned from labelled ones. Labels that the cells carry
/// are not looked at; the label that means none is never given.
public final class LabelTransfer {
  /// Cells at a time when only their place in latent space is given.
  private static final int CELLS = 1024;

  private LabelTransfer() {}

  /// By the mean of each cell's posterior.
  ///
  /// @param data cells bound to the registry of `fit`
  /// @throws IllegalArgumentException if the model does not tell labels
  /// @throws IllegalStateException if the model was never trained
  public static Predictions of(Fit fit, DataSource data) {
    var model = model(fit);
    int width = model.classes();
    var values = new float[Math.multiplyExact(data.cells(), width)];
    var pass = Pass.atMean();
    Pages.walk(
        fit,
        data,
        (first, cells, _) -> {
          // Asked anew each time: loading weights replaces the model.
          var one = model(fit);
          var stored = cells.stored();
          var latent = stored == null ? one.encode(cells, pass) : stored.latent();
          var scores = one.scores(latent.mean(), pass);
          put(one.probabilities(scores).toFloatArray(), values, first * width);
        });
    return predictions(fit, new Dense(data.cells(), width, values));
  }

  /// By the place of cells in latent space, which suffices for minified data.
  ///
  /// @param latentMean (cells, latent), as `LatentRepresentation` gives it
  public static Predictions of(Fit fit, Dense latentMean) {
    var model = model(fit);
    if (latentMean.columns() != model.latent()) {
      throw new IllegalArgumentException(
          "the latent space given has %d dimensions, the model's %d"
              .formatted(latentMean.columns(), model.latent()));
    }
    int width = model.classes();
    var values = new float[Math.multiplyExact(latentMean.rows(), width)];
    for (int first = 0; first < latentMean.rows(); first += CELLS) {
      int count = Math.min(CELLS, latentMean.rows() - first);
      try (var use = fit.network().use();
          var _ = Compute.recording(false)) {
        var one = model(fit);
        var part = new float[count * latentMean.columns()];
        System.arraycopy(latentMean.values(), first * latentMean.columns(), part, 0, part.length);
        var z = use.arrays().create(part, new Shape(count, latentMean.columns()));
        put(one.probabilities(one.scores(z, Pass.atMean())).toFloatArray(), values, first * width);
      }
    }
    return predictions(fit, new Dense(latentMean.rows(), width, values));
  }

  private static Labelling model(Fit fit) {
    if (!(fit.model() instanceof Labelling model)) {
      throw new IllegalArgumentException(
          "%s does not tell labels; train a SCANVI from it".formatted(fit.modelClass()));
    }
    if (!fit.trained()) {
      throw new IllegalStateException("the model is not trained; its labels mean nothing yet");
    }
    return model;
  }

  private static Predictions predictions(Fit fit, Dense probabilities) {
    return new Predictions(List.copyOf(fit.registry().classes()), probabilities);
  }

  private static void put(float[] part, float[] all, int at) {
    System.arraycopy(part, 0, all, at, part.length);
  }
}
