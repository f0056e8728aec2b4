package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.nn.Pass;

/// A model that also tells what cells are, having learned from some that were labelled.
///
/// Label codes from 0 to `classes() - 1` name a class; any other code means that the cell has none.
public interface Labelling extends Model {
  int classes();

  /// The posterior in latent space, without a sample.
  Normal encode(Batch cells, Pass pass);

  /// Scores of each class, (cells, classes), of places in latent space.
  NDArray scores(NDArray z, Pass pass);

  /// Scores to probabilities.
  NDArray probabilities(NDArray scores);

  /// Mean cross-entropy of scores against the labels of cells that all have one, a scalar.
  NDArray classificationLoss(NDArray scores, NDArray labels);
}
