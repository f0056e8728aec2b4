package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.nn.Pass;

/// A generative model of cells, over weights that it was given.
///
/// A model calls methods on arrays only: it never reads the number of cells and never branches on a
/// value. So the same code trains, answers, and is recorded for export.
public interface Model {
  /// Width of the latent space.
  int latent();

  /// From cells to what is believed of them.
  Posterior inference(Batch cells, Pass pass);

  /// The same from a stored posterior, without counts.
  Posterior cached(Normal latent, NDArray logLibrary, Pass pass);

  /// From latent space to what is expected of the cells.
  Generated generative(Batch cells, Posterior posterior, Pass pass);

  /// @param klWeight weight of the latent divergence in `Loss.total`
  /// @param pass the one in which `posterior` and `generated` were made
  Loss loss(Batch cells, Posterior posterior, Generated generated, float klWeight, Pass pass);

  /// All three in one, for whoever needs nothing in between. A model may answer this in a quicker way
  /// when the pass takes gradients from it.
  default Loss loss(Batch cells, float klWeight, Pass pass) {
    var posterior = inference(cells, pass);
    return loss(cells, posterior, generative(cells, posterior, pass), klWeight, pass);
  }
}
