package org.syncyte.cards.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The tensors of a saved model under their published names, in file order.
public record StateDict(Map<String, Tensor> tensors) {
  public StateDict {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /// The float tensor of that name.
  ///
  /// @throws IllegalArgumentException if it is missing or not of floats
  public Tensor.Floats floats(String name) {
    if (tensors.get(name) instanceof Tensor.Floats floats) {
      return floats;
    }
    throw new IllegalArgumentException(
        "tensor '%s' is %s; the file does not hold the model it claims"
            .formatted(name, tensors.containsKey(name) ? "not of floats" : "missing"));
  }
}
