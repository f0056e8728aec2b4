package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import org.syncyte.models.distributions.NegativeBinomialMixture;
import org.syncyte.models.distributions.Normal;

/// What a model expects to observe of surface proteins, all (cells, proteins).
///
/// A count comes either from the background, antibody that sticks to any cell, or from the
/// foreground, protein that the cell carries.
///
/// @param logBackground distribution of the log of the mean background count
/// @param background mean count if it is background, one sample
/// @param foregroundScale foreground over background, above one
/// @param foreground mean count if it is foreground
/// @param mixing logit of the probability that a count is background
/// @param efficiency factor of each batch on all counts of a protein
/// @param counts distribution of the counts
public record GeneratedProteins(
    Normal logBackground,
    NDArray background,
    NDArray foregroundScale,
    NDArray foreground,
    NDArray mixing,
    NDArray efficiency,
    NegativeBinomialMixture counts) {
  /// Probability that a count is background.
  public NDArray backgroundProbability() {
    return mixing.getNDArrayInternal().sigmoid();
  }

  /// Expected foreground count: what the cell carries, background removed.
  public NDArray denoised() {
    return foreground.mul(backgroundProbability().neg().add(1f));
  }

  /// Share of each protein in the denoised counts of its cell.
  public NDArray scale() {
    return scaled(denoised());
  }

  /// Rows scaled to sum to one.
  public static NDArray scaled(NDArray values) {
    var sums = values.sum(new int[] {-1}, true);
    return values.div(sums.maximum(sums.getManager().create(1e-12f)));
  }
}
