package org.syncyte.models.tasks;

import ai.djl.ndarray.types.Shape;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.minify.Minifier;
import org.syncyte.models.Batch;
import org.syncyte.models.Fit;
import org.syncyte.models.Model;
import org.syncyte.models.Posterior;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.nn.Pass;

/// Cells of which only what the model believed of them is left: the posterior's parameters and the
/// library size, no counts. Whatever needs the decoder alone can still be asked of them; what needs
/// counts is refused.
public final class MinifiedCells implements DataSource {
  private final DataSource bound;
  private final Dense mean;
  private final Dense variance;
  private final float[] librarySize;

  private MinifiedCells(DataSource bound, Dense mean, Dense variance, float[] librarySize) {
    this.bound = bound;
    this.mean = mean;
    this.variance = variance;
    this.librarySize = librarySize;
  }

  /// @param bound the same cells bound to the registry of `fit`, for batches and covariates
  /// @throws IllegalArgumentException if the data hold no posterior of this model
  public static MinifiedCells of(Fit fit, AnnData data, DataSource bound) {
    var stored = Minifier.latent(data, fit.modelClass().toLowerCase(Locale.ROOT));
    var mean = stored.mean().toDense();
    if (mean.columns() != fit.model().latent()) {
      throw new IllegalArgumentException(
          "the stored posterior has %d dimensions, the model's latent space %d; they belong to different models"
              .formatted(mean.columns(), fit.model().latent()));
    }
    return new MinifiedCells(bound, mean, stored.variance().toDense(), stored.librarySize());
  }

  @Override
  public int cells() {
    return bound.cells();
  }

  @Override
  public int genes() {
    return bound.genes();
  }

  @Override
  public Minibatch read(int[] cells) {
    return bound.read(cells);
  }

  /// What is believed of these cells.
  Posterior believed(Model model, int[] cells, Batch page, Pass pass) {
    int width = mean.columns();
    var means = new float[cells.length * width];
    var variances = new float[means.length];
    var sizes = new float[cells.length];
    for (int i = 0; i < cells.length; i++) {
      System.arraycopy(mean.values(), cells[i] * width, means, i * width, width);
      System.arraycopy(variance.values(), cells[i] * width, variances, i * width, width);
      sizes[i] = librarySize[cells[i]];
    }
    var arrays = page.counts().getManager();
    var shape = new Shape(cells.length, width);
    var latent = new Normal(arrays.create(means, shape), arrays.create(variances, shape));
    var factor = page.sizeFactor();
    return model.cached(
        latent,
        (factor == null ? arrays.create(sizes, new Shape(cells.length, 1)) : factor).log(),
        pass);
  }

  /// The minified cells behind a selection, or null.
  static @Nullable MinifiedCells behind(DataSource data) {
    var source = data;
    while (source instanceof Selection(DataSource all, int[] _)) {
      source = all;
    }
    return source instanceof MinifiedCells minified ? minified : null;
  }

  /// Refuses cells without counts.
  static void refuse(DataSource data, String what) {
    if (behind(data) != null) {
      throw new IllegalArgumentException(
          "the data are minified: they carry no counts, which %s needs; take the full data"
              .formatted(what));
    }
  }
}
