package org.syncyte.onnx.runtime;

import org.jspecify.annotations.Nullable;

/// How query cells are mapped.
///
/// @param minCoverage share of the model's genes that the query must have
/// @param neighbours reference cells that vote on a label
/// @param minibatch cells that run at once
/// @param layer layer with raw counts, or null for X
/// @param batch the model's batch category that all cells take, or null: each cell takes its own
/// @param labelsKey column of the reference with labels, or null for the one the model was set up
///   with
public record MappingOptions(
    double minCoverage,
    int neighbours,
    int minibatch,
    @Nullable String layer,
    @Nullable String batch,
    @Nullable String labelsKey) {
  public static final MappingOptions DEFAULT = new MappingOptions(0.8, 15, 512, null, null, null);

  public MappingOptions {
    if (!(minCoverage >= 0 && minCoverage <= 1) || neighbours < 1 || minibatch < 1) {
      throw new IllegalArgumentException(
          "coverage must lie in [0, 1], neighbours and minibatch be at least 1; found %s, %d and %d"
              .formatted(minCoverage, neighbours, minibatch));
    }
  }

  public MappingOptions withMinCoverage(double share) {
    return new MappingOptions(share, neighbours, minibatch, layer, batch, labelsKey);
  }

  public MappingOptions withNeighbours(int count) {
    return new MappingOptions(minCoverage, count, minibatch, layer, batch, labelsKey);
  }

  public MappingOptions withMinibatch(int cells) {
    return new MappingOptions(minCoverage, neighbours, cells, layer, batch, labelsKey);
  }

  public MappingOptions withLayer(@Nullable String name) {
    return new MappingOptions(minCoverage, neighbours, minibatch, name, batch, labelsKey);
  }

  public MappingOptions withBatch(@Nullable String category) {
    return new MappingOptions(minCoverage, neighbours, minibatch, layer, category, labelsKey);
  }

  public MappingOptions withLabelsKey(@Nullable String key) {
    return new MappingOptions(minCoverage, neighbours, minibatch, layer, batch, key);
  }
}
