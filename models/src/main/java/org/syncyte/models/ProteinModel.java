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

  /// The same where nothing of what is generated is needed elsewhere. A model may answer this in a
  /// quicker way when the pass takes gradients from it.
  default Loss loss(
      Batch cells, Posterior posterior, float klWeight, float proteinWeight, Pass pass) {
    var generated = generative(cells, posterior, pass);
    return loss(cells, posterior, generated, klWeight, proteinWeight, pass);
  }

  @Override
  default Loss loss(Batch cells, float klWeight, Pass pass) {
    return loss(cells, inference(cells, pass), klWeight, 1, pass);
  }

  @Override
  default Loss loss(
      Batch cells, Posterior posterior, Generated generated, float klWeight, Pass pass) {
    return loss(cells, posterior, generated, klWeight, 1, pass);
  }
}
