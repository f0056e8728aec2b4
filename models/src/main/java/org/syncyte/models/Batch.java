package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.distributions.Normal;

/// A minibatch as arrays.
///
/// @param counts raw counts (cells, genes), float32; or values of markers, 0 where not measured
/// @param batch batch codes (cells, 1), int64
/// @param labels label codes (cells, 1), int64
/// @param sizeFactor size factors on a linear scale (cells, 1), float32
/// @param categorical codes of further covariates, each (cells, 1), int64
/// @param continuous continuous covariates (cells, any), float32
/// @param proteins counts of surface proteins (cells, proteins), float32
/// @param panel codes of protein panels (cells, 1), int64; null where each batch is its own panel
/// @param measured 1 where a value was measured, else 0 (cells, genes), float32; null when all were
/// @param stored what minified data hold of the cells
public record Batch(
    NDArray counts,
    NDArray batch,
    NDArray labels,
    @Nullable NDArray sizeFactor,
    List<NDArray> categorical,
    @Nullable NDArray continuous,
    @Nullable NDArray proteins,
    @Nullable NDArray panel,
    @Nullable NDArray measured,
    @Nullable Stored stored) {
  /// A posterior that was kept.
  ///
  /// @param librarySize sum of the counts (cells, 1), float32
  public record Stored(Normal latent, NDArray librarySize) {}

  public Batch {
    categorical = List.copyOf(categorical);
  }

  /// Cells of which every value was measured, not minified.
  public Batch(
      NDArray counts,
      NDArray batch,
      NDArray labels,
      @Nullable NDArray sizeFactor,
      List<NDArray> categorical,
      @Nullable NDArray continuous,
      @Nullable NDArray proteins,
      @Nullable NDArray panel) {
    this(counts, batch, labels, sizeFactor, categorical, continuous, proteins, panel, null, null);
  }

  /// Cells without proteins, not minified.
  public Batch(
      NDArray counts,
      NDArray batch,
      NDArray labels,
      @Nullable NDArray sizeFactor,
      List<NDArray> categorical,
      @Nullable NDArray continuous) {
    this(counts, batch, labels, sizeFactor, categorical, continuous, null, null);
  }

  /// These cells as if they came from other batches; what was inferred of them stays.
  public Batch withBatch(NDArray codes) {
    return new Batch(
        counts,
        codes,
        labels,
        sizeFactor,
        categorical,
        continuous,
        proteins,
        panel,
        measured,
        stored);
  }

  /// These cells with other counts, of which nothing is stored.
  public Batch withCounts(NDArray genes, @Nullable NDArray proteinCounts) {
    return new Batch(
        genes,
        batch,
        labels,
        sizeFactor,
        categorical,
        continuous,
        proteinCounts,
        panel,
        measured,
        null);
  }

  /// Log of the total count of each cell, (cells, 1).
  public NDArray logLibrary() {
    return counts.sum(new int[] {1}, true).log();
  }
}
