package org.syncyte.models;

import java.util.ArrayList;
import java.util.List;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.anndata.loader.StoredPosterior;
import org.syncyte.minify.Minifier;

/// Cells of which the posterior of a model is stored: latent mean and variance and library size are
/// read, not inferred; batches and covariates come from the cell table as always.
///
/// What needs counts (evidence, likelihood of the data, training) is refused where they are gone,
/// and takes the full pass through the encoder where they were kept.
final class MinifiedCells implements DataSource {
  private final DataSource cells;
  private final StoredPosterior stored;
  private final List<String> notes;

  private MinifiedCells(DataSource cells, StoredPosterior stored, List<String> notes) {
    this.cells = cells;
    this.stored = stored;
    this.notes = List.copyOf(notes);
  }

  /// @param width of the model's latent space
  /// @throws IllegalArgumentException if the stored numbers are of another model, or no numbers
  static MinifiedCells of(DataSource cells, Minifier.Latent latent, int width, boolean counts) {
    if (latent.mean().columns() != width || latent.variance().columns() != width) {
      throw new IllegalArgumentException(
          "the minified data hold %d latent means and %d variances per cell, the model has %d dimensions; they belong to another model"
              .formatted(latent.mean().columns(), latent.variance().columns(), width));
    }
    var mean = latent.mean().toDense().values();
    var variance = latent.variance().toDense().values();
    for (int i = 0; i < mean.length; i++) {
      if (!Float.isFinite(mean[i]) || !Float.isFinite(variance[i]) || variance[i] < 0) {
        throw new IllegalArgumentException(
            "minified cell %d: latent mean %s, variance %s; means are finite and variances not negative, the file is damaged"
                .formatted(i / width, mean[i], variance[i]));
      }
    }
    int empty = 0;
    for (int cell = 0; cell < latent.librarySize().length; cell++) {
      float size = latent.librarySize()[cell];
      if (!Float.isFinite(size) || size < 0) {
        throw new IllegalArgumentException(
            "minified cell %d: library size %s; a sum of counts is expected".formatted(cell, size));
      }
      empty += size == 0 ? 1 : 0;
    }
    var notes = new ArrayList<>(cells.notes());
    if (empty > 0) {
      notes.add("%d minified cells have a library size of zero".formatted(empty));
    }
    return new MinifiedCells(
        cells, new StoredPosterior(mean, variance, latent.librarySize(), counts), notes);
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  @Override
  public int cells() {
    return cells.cells();
  }

  @Override
  public int genes() {
    return cells.genes();
  }

  @Override
  public Minibatch read(int[] positions) {
    return cells.read(positions).with(stored.at(positions));
  }

  @Override
  public int[] labels() {
    return cells.labels();
  }

  @Override
  public int block() {
    return cells.block();
  }

  @Override
  public int window() {
    return cells.window();
  }
}
