package org.syncyte.worker.demo;

import java.nio.file.Path;

/// How the demo runs.
///
/// @param data where its servers and sites keep their state
/// @param firstPort hub; the coordinator and the broker take the next two
/// @param genes variable genes
/// @param rounds aggregations
/// @param epochsPerRound local epochs between two aggregations
/// @param seed decides initial weights, splits and order
/// @param quiet no progress bars
public record DemoOptions(
    Path data, int firstPort, int genes, int rounds, int epochsPerRound, long seed, boolean quiet) {
  int hubPort() {
    return firstPort;
  }

  int coordinatorPort() {
    return firstPort + 1;
  }

  int brokerPort() {
    return firstPort + 2;
  }
}
