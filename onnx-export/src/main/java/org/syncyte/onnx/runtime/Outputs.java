package org.syncyte.onnx.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.syncyte.anndata.Dense;

/// What a graph returned, by name, in the order of the graph.
public record Outputs(Map<String, Dense> byName) {
  public Outputs {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /// The output of that name.
  ///
  /// @throws OnnxException if the graph has none
  public Dense at(String name) {
    var output = byName.get(name);
    if (output == null) {
      throw new OnnxException(
          "the graph has no output '%s'; it has %s".formatted(name, byName.keySet()));
    }
    return output;
  }
}
