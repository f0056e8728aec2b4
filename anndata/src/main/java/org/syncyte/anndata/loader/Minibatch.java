package org.syncyte.anndata.loader;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Csr;

/// Some cells, ready for a model; plain arrays, no tensors.
///
/// @param cells positions of the cells in the data set, length N
/// @param counts raw counts (N, genes); or values of markers, NaN where one was not measured
/// @param batch batch codes, length N
/// @param labels label codes, length N
/// @param sizeFactor size factors on a linear scale, length N, or null
/// @param categorical codes of further categorical covariates (N, C), row-major, or null
/// @param continuous continuous covariates (N, D), row-major, or null
/// @param proteins counts of surface proteins (N, P), row-major, or null
/// @param panel codes of protein panels, length N, or null where each batch is its own panel
/// @param stored what minified data hold of the cells, or null
public record Minibatch(
    int[] cells,
    Csr counts,
    int[] batch,
    int[] labels,
    float @Nullable [] sizeFactor,
    int @Nullable [] categorical,
    float @Nullable [] continuous,
    float @Nullable [] proteins,
    int @Nullable [] panel,
    @Nullable StoredPosterior stored) {
  /// Cells without proteins, not minified.
  public Minibatch(
      int[] cells,
      Csr counts,
      int[] batch,
      int[] labels,
      float @Nullable [] sizeFactor,
      int @Nullable [] categorical,
      float @Nullable [] continuous) {
    this(cells, counts, batch, labels, sizeFactor, categorical, continuous, null, null, null);
  }

  /// These cells with what is stored of them.
  public Minibatch with(StoredPosterior posterior) {
    return new Minibatch(
        cells,
        counts,
        batch,
        labels,
        sizeFactor,
        categorical,
        continuous,
        proteins,
        panel,
        posterior);
  }

  public int size() {
    return cells.length;
  }

  /// Cells `from .. to` of this one.
  public Minibatch slice(int from, int to) {
    int n = size();
    return new Minibatch(
        Arrays.copyOfRange(cells, from, to),
        counts.slice(from, to),
        Arrays.copyOfRange(batch, from, to),
        Arrays.copyOfRange(labels, from, to),
        sizeFactor == null ? null : Arrays.copyOfRange(sizeFactor, from, to),
        categorical == null
            ? null
            : Arrays.copyOfRange(
                categorical, from * (categorical.length / n), to * (categorical.length / n)),
        part(continuous, n, from, to),
        part(proteins, n, from, to),
        panel == null ? null : Arrays.copyOfRange(panel, from, to),
        stored == null ? null : stored.slice(from, to));
  }

  private static float @Nullable [] part(float @Nullable [] values, int rows, int from, int to) {
    if (values == null) {
      return null;
    }
    int wide = values.length / rows;
    return Arrays.copyOfRange(values, from * wide, to * wide);
  }
}
