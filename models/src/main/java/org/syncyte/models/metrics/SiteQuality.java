package org.syncyte.models.metrics;

import java.util.Arrays;
import org.syncyte.anndata.Dense;

/// How well a latent space unites sites: labels carried from site to site, and sites mixed.
///
/// @param accuracy by site code: the share of its cells whose label is the commonest among their 15
///   nearest cells of the other sites
/// @param answerable as `accuracy`, over the cells whose label another site has at all
/// @param mixing mean share of cells of other sites among the 30 nearest of a cell
public record SiteQuality(double[] accuracy, double[] answerable, double mixing) {
  public static final int LABEL_NEIGHBOURS = 15;
  public static final int MIXING_NEIGHBOURS = 30;

  /// @throws IllegalArgumentException if some site leaves too few other cells to be neighbours
  public static SiteQuality of(Dense latent, int[] labels, int[] sites) {
    return new SiteQuality(
        NeighbourAccuracy.acrossSites(latent, labels, sites, LABEL_NEIGHBOURS),
        NeighbourAccuracy.acrossSites(latent, labels, sites, LABEL_NEIGHBOURS, true),
        SiteMixing.of(latent, sites, MIXING_NEIGHBOURS));
  }

  /// The mean accuracy over sites, each counting the same.
  public double meanAccuracy() {
    return Arrays.stream(accuracy).average().orElse(Double.NaN);
  }
}
