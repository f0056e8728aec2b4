package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.distributions.Scaled;
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

  /// What is believed of cells: as stored, where data are minified, else inferred.
  default Posterior posterior(Batch cells, Pass pass) {
    var stored = cells.stored();
    if (stored == null) {
      return inference(cells, pass);
    }
    var factor = cells.sizeFactor();
    return cached(stored.latent(), (factor == null ? stored.librarySize() : factor).log(), pass);
  }

  /// From latent space to what is expected of the cells.
  Generated generative(Batch cells, Posterior posterior, Pass pass);

  /// What is believed of the log library size before the counts are seen, (cells, 1); null when the
  /// size is observed.
  default @Nullable Normal libraryPrior(Batch cells) {
    return null;
  }

  /// Log of the probability of each cell's values, (cells); what was not measured has no part.
  default NDArray logLikelihood(Batch cells, Generated generated) {
    return generated.counts().logProbability(cells.counts()).sum(new int[] {-1});
  }

  /// Log-density of the prior at places in latent space before any transformation, (cells).
  default NDArray logPrior(Batch cells, NDArray y) {
    return new Normal(Scaled.by(y, 0f), Scaled.by(y, 0f).add(1f))
        .logProbability(y)
        .sum(new int[] {-1});
  }

  /// @param klWeight weight of the latent divergence in `Loss.total`
  /// @param pass the one in which `posterior` and `generated` were made
  Loss loss(Batch cells, Posterior posterior, Generated generated, float klWeight, Pass pass);

  /// All three in one, for whoever needs nothing in between. A model may answer this in a quicker
  /// way when the pass takes gradients from it.
  default Loss loss(Batch cells, float klWeight, Pass pass) {
    var posterior = inference(cells, pass);
    return loss(cells, posterior, generative(cells, posterior, pass), klWeight, pass);
  }
}
