package org.syncyte.cards.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The content of `model.pt`: weights, gene names, and the attributes a model needs to be rebuilt.
///
/// `attributes` holds `registry_`, `init_params_`, `is_trained_`, `history_` and their like as
/// plain values: `Map<String, @Nullable Object>` (ordered), `List<@Nullable Object>`, `String`,
/// `Long`, `Double`, `Boolean`, null, and `Tensor` for numeric arrays.
///
/// @param state tensors by published name
/// @param varNames gene names in input order
/// @param attributes attributes by their Python names
public record SavedModel(
    StateDict state, List<String> varNames, Map<String, @Nullable Object> attributes) {
  public SavedModel {
    varNames = List.copyOf(varNames);
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }
}
