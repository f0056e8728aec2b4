package org.syncyte.models;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.nn.Covariate;

/// What a model must know of its data: sizes and category names, never cells.
///
/// @param genes number of input features
/// @param continuous number of continuous covariates
/// @param sizeFactor whether cells carry their own size factor
/// @param proteins surface proteins measured beside the genes, or null
/// @param markers names of the input features if they are protein markers, else empty
public record Summary(
    int genes,
    Covariate batch,
    Covariate labels,
    List<Covariate> categorical,
    int continuous,
    boolean sizeFactor,
    @Nullable ProteinPanels proteins,
    List<String> markers) {
  public Summary {
    markers = List.copyOf(markers);
    categorical = List.copyOf(categorical);
    if (genes < 1 || batch.size() < 1 || labels.size() < 1) {
      throw new IllegalArgumentException(
          "a model needs at least one gene, one batch and one label; found %d, %d and %d"
              .formatted(genes, batch.size(), labels.size()));
    }
  }

  /// Of counts.
  public Summary(
      int genes,
      Covariate batch,
      Covariate labels,
      List<Covariate> categorical,
      int continuous,
      boolean sizeFactor,
      @Nullable ProteinPanels proteins) {
    this(genes, batch, labels, categorical, continuous, sizeFactor, proteins, List.of());
  }

  /// Cells without proteins.
  public Summary(
      int genes,
      Covariate batch,
      Covariate labels,
      List<Covariate> categorical,
      int continuous,
      boolean sizeFactor) {
    this(genes, batch, labels, categorical, continuous, sizeFactor, null, List.of());
  }
}
