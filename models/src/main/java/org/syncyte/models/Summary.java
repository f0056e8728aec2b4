package org.syncyte.models;

import java.util.List;
import org.syncyte.models.nn.Covariate;

/// What a model must know of its data: sizes and category names, never cells.
///
/// @param genes number of input features
/// @param continuous number of continuous covariates
/// @param sizeFactor whether cells carry their own size factor
/// @param markers names of the input features if they are protein markers, else empty
public record Summary(
    int genes,
    Covariate batch,
    Covariate labels,
    List<Covariate> categorical,
    int continuous,
    boolean sizeFactor,
    List<String> markers) {
  /// Of counts.
  public Summary(
      int genes,
      Covariate batch,
      Covariate labels,
      List<Covariate> categorical,
      int continuous,
      boolean sizeFactor) {
    this(genes, batch, labels, categorical, continuous, sizeFactor, List.of());
  }

  public Summary {
    markers = List.copyOf(markers);
    categorical = List.copyOf(categorical);
    if (genes < 1 || batch.size() < 1 || labels.size() < 1) {
      throw new IllegalArgumentException(
          "a model needs at least one gene, one batch and one label; found %d, %d and %d"
              .formatted(genes, batch.size(), labels.size()));
    }
  }
}
