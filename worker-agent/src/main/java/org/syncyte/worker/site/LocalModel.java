package org.syncyte.worker.site;

import java.util.Map;
import java.util.Set;
import org.syncyte.anndata.Dense;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.federation.Layout;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.message.Progress;

/// A model of one run over the site's cells: what the protocol asks of training, without its
/// engine.
interface LocalModel extends AutoCloseable {
  /// Makes models from contracts.
  interface Source {
    /// The run's model with the weights that every site draws alike.
    LocalModel start(Manifest manifest, SiteData data);
  }

  /// One local training.
  ///
  /// @param epochsDone local epochs before this round
  record Schedule(int round, int epochs, int epochsDone, long seed) {}

  /// @param weights weight key to training cells, for every block that this site owns
  record Outcome(Progress progress, Map<String, Long> weights) {}

  /// Posterior means and variances of all cells, in file order (cells, latent), and the sum of each
  /// cell's counts over the model's genes.
  record Latents(Dense mean, Dense variance, float[] librarySize) {}

  /// Hears of each finished epoch, and may throw to stop.
  @FunctionalInterface
  interface Watcher {
    void epoch(int epoch, double elbo, double cellsPerSecond);
  }

  Layout layout();

  StateDict state();

  void load(StateDict state);

  long trainingCells();

  /// Weight keys of the blocks that this site has cells for.
  Set<String> ownKeys();

  Outcome train(Schedule schedule, Watcher watcher);

  Latents latents();

  @Override
  void close();
}
