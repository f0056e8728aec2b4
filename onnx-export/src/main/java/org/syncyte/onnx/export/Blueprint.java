package org.syncyte.onnx.export;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.models.Fit;
import org.syncyte.models.Summary;

/// What it takes to build a model once more: its class, its arguments, what it knows of its data,
/// and its weights.
///
/// @param config constructor arguments by their published names
/// @param genes names of the input features, in order
/// @param continuous names of the continuous covariates, in order
/// @param batchKey column of the cells that holds the batch, or null
/// @param labelsKey column of the cells that holds the label, or null
/// @param proteins surface proteins, in order; empty if the model reads none
/// @param proteinsKey per-cell array that holds their counts, or null
public record Blueprint(
    String modelClass,
    Map<String, String> config,
    Summary data,
    List<String> genes,
    List<String> continuous,
    @Nullable String batchKey,
    @Nullable String labelsKey,
    List<String> proteins,
    @Nullable String proteinsKey,
    StateDict state) {
  public Blueprint {
    config = Collections.unmodifiableMap(new TreeMap<>(config));
    genes = List.copyOf(genes);
    continuous = List.copyOf(continuous);
    proteins = List.copyOf(proteins);
    if (genes.size() != data.genes() || continuous.size() != data.continuous()) {
      throw new IllegalArgumentException(
          "the model takes %d genes and %d continuous covariates, but %d and %d are named"
              .formatted(data.genes(), data.continuous(), genes.size(), continuous.size()));
    }
  }

  /// A model that reads no proteins.
  public Blueprint(
      String modelClass,
      Map<String, String> config,
      Summary data,
      List<String> genes,
      List<String> continuous,
      @Nullable String batchKey,
      @Nullable String labelsKey,
      StateDict state) {
    this(modelClass, config, data, genes, continuous, batchKey, labelsKey, List.of(), null, state);
  }

  /// A model at hand, as it is now.
  public static Blueprint of(Fit fit) {
    var registry = fit.registry();
    var proteins = registry.proteins();
    var keys = registry.setup().proteins();
    return new Blueprint(
        fit.modelClass(),
        fit.arguments(),
        fit.network().data(),
        registry.varNames(),
        registry.continuousKeys(),
        registry.setup().batchKey(),
        registry.setup().labelsKey(),
        proteins == null ? List.of() : proteins.names(),
        keys == null ? null : keys.obsm(),
        fit.state());
  }
}
