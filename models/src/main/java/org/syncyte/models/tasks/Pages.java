package org.syncyte.models.tasks;

import ai.djl.ndarray.NDManager;
import java.util.stream.IntStream;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Loader;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Batch;
import org.syncyte.models.Compute;
import org.syncyte.models.Feed;
import org.syncyte.models.Fit;

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
}
