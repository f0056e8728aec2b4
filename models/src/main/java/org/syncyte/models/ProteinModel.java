package org.syncyte.models;

import org.syncyte.models.distributions.Normal;
import org.syncyte.models.nn.Pass;

/// A model of cells of which surface proteins were counted beside the genes.
public interface ProteinModel extends Model {
  ProteinPanels panels();

  /// Whether proteins that a panel did not measure are left out of the loss.
  boolean masked();

  /// Whether the prior of the background is to be fitted to the data before training.
  boolean empiricalPrior();

  /// The posterior in latent space, without a sample.
  Normal encode(Batch cells, Pass pass);

  /// @param proteinWeight weight of the likelihood of proteins
  Loss loss(
      Batch cells,
      Posterior posterior,
      Generated generated,
      float klWeight,
      float proteinWeight,
      Pass pass);

  @Override
  default Loss loss(
      Batch cells, Posterior posterior, Generated generated, float klWeight, Pass pass) {
    return loss(cells, posterior, generated, klWeight, 1, pass);
  }
}
