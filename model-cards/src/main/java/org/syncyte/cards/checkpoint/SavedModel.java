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
/// `Long`, `Double`, `Boolean`, null, and `Tensor` for integer and float32 arrays. Arrays of
/// float64, bool and text are lists. `history_` maps each name to the list of its values. An object
/// without a plain form is `Opaque`. Two entries of the file that are neither weights nor
/// attributes are kept here too: `pyro_param_store`, and `var_names` by modality.
///
/// @param state tensors by published name
/// @param varNames gene names in input order
/// @param attributes attributes by their Python names
public record SavedModel(
    StateDict state, List<String> varNames, Map<String, @Nullable Object> attributes) {
  // Not compact: a compact constructor loses the nullness of type arguments in its class file.
  public SavedModel(
      StateDict state, List<String> varNames, Map<String, @Nullable Object> attributes) {
    this.state = state;
    this.varNames = List.copyOf(varNames);
    this.attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }
}
