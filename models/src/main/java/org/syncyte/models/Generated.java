package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.distributions.Distribution;

/// What a model expects to observe.
///
/// @param counts distribution of the counts (cells, genes)
/// @param scale normalised expression (cells, genes)
/// @param rate expected counts before any forced zeros (cells, genes)
/// @param proteins what is expected of surface proteins, or null
public record Generated(
    Distribution counts, NDArray scale, NDArray rate, @Nullable GeneratedProteins proteins) {
  /// Cells without proteins.
  public Generated(Distribution counts, NDArray scale, NDArray rate) {
    this(counts, scale, rate, null);
  }
}
