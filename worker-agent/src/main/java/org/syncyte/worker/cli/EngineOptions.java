package org.syncyte.worker.cli;

import org.syncyte.models.engine.Compute;
import picocli.CommandLine.Option;

/// How the tensor engine runs.
final class EngineOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the tensor engine (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  int threads() {
    return threads;
  }

  /// Sets the engine up; call before any tensor work.
  void apply() {
    Compute.threads(threads);
  }
}
