package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Loader;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Batch;
import org.syncyte.models.Feed;
import org.syncyte.models.Fit;
import org.syncyte.models.Network;
import org.syncyte.models.Posterior;
import org.syncyte.models.engine.Compute;

/// Walks through all cells of a data set in order, minibatch by minibatch, without gradients.
final class Pages {
  private static final int CELLS = 128;

  /// What is done with one minibatch.
  @FunctionalInterface
  interface Step {
    /// @param first position of the first cell in the data set
    void take(int first, Batch cells, NDManager arrays);
  }

  private Pages() {}

  static void walk(Fit fit, DataSource data, Step step) {
    if (data.genes() != fit.registry().varNames().size()) {
      throw new IllegalArgumentException(
          "the data have %d genes, the model %d; bind the data to the model's registry"
              .formatted(data.genes(), fit.registry().varNames().size()));
    }
    var all = IntStream.range(0, data.cells()).toArray();
    var feed = new Feed();
    int first = 0;
    for (Minibatch cells : Loader.sequential(data, all, CELLS).epoch(0)) {
      try (var use = fit.network().use();
          var _ = Compute.recording(false)) {
        step.take(first, feed.load(cells, use.arrays()), use.arrays());
      }
      first += cells.size();
    }
  }

  /// A shorter time within a page, for one of many samples: what is made in it is freed when it
  /// closes, while the page's own arrays go on.
  static Network.Use within(Fit fit, Batch cells, Posterior posterior) {
    var use = fit.network().use();
    var held = new NDList(cells.counts(), cells.batch(), cells.labels());
    held.addAll(cells.categorical());
    held.addAll(new NDList(posterior.latent().mean(), posterior.latent().variance()));
    held.addAll(new NDList(posterior.z(), posterior.logLibrary()));
    Stream.of(
            cells.sizeFactor(),
            cells.continuous(),
            cells.proteins(),
            cells.panel(),
            cells.measured())
        .filter(Objects::nonNull)
        .forEach(held::add);
    var stored = cells.stored();
    if (stored != null) {
      held.addAll(
          new NDList(stored.latent().mean(), stored.latent().variance(), stored.librarySize()));
    }
    var library = posterior.library();
    if (library != null) {
      held.addAll(new NDList(library.mean(), library.variance()));
    }
    // The same array may be two of these.
    var once = Collections.newSetFromMap(new IdentityHashMap<NDArray, Boolean>());
    once.addAll(held);
    use.arrays().tempAttachAll(once.toArray(NDArray[]::new));
    return use;
  }
}
