package org.syncyte.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.fields.ProteinKeys;
import org.syncyte.anndata.fields.Proteins;

/// The proteins in the attribute `registry_` of a saved model.
///
/// A file says which proteins each panel measured only if one of them missed some, and only of
/// panels that had cells. A model that was set up with several modalities names the modality; here
/// its counts are expected in obsm under that name.
final class SavedProteins {
  private static final String OBSM_KEY = "protein_expression_obsm_key";
  private static final String NAMES_KEY = "protein_names_uns_key";
  private static final String PANEL_KEY = "panel_key";
  private static final String MASK = "protein_batch_mask";

  private SavedProteins() {}

  static @Nullable ProteinKeys keys(Map<?, ?> arguments, Map<?, ?> fields) {
    if (!(fields.get("proteins") instanceof Map<?, ?> field)
        || !(field.get("data_registry") instanceof Map<?, ?> place)
        || place.isEmpty()) {
      return null;
    }
    var obsm = arguments.get(OBSM_KEY);
    if (obsm == null) {
      obsm = place.get("mod_key") == null ? place.get("attr_key") : place.get("mod_key");
    }
    return new ProteinKeys(
        obsm == null ? "protein_expression" : obsm.toString(),
        text(arguments.get(NAMES_KEY)),
        text(arguments.get(PANEL_KEY)));
  }

  /// @param names of the proteins
  /// @param panels categories of the panels, looked at if there is a column of them
  /// @param state of the field
  /// @param batches number of batches
  static Proteins read(
      ProteinKeys keys, List<String> names, List<String> panels, Map<?, ?> state, int batches) {
    var own = keys.panelKey() == null ? List.<String>of() : panels;
    if (!(state.get(MASK) instanceof Map<?, ?> mask)) {
      return new Proteins(names, own, List.of());
    }
    var measured = new ArrayList<List<Boolean>>();
    for (int code = 0; code < (own.isEmpty() ? batches : own.size()); code++) {
      var row = new ArrayList<Boolean>();
      var stored = mask.get(Integer.toString(code));
      for (int p = 0; p < names.size(); p++) {
        row.add(!(stored instanceof List<?> list) || p >= list.size() || truth(list.get(p)));
      }
      measured.add(row);
    }
    return new Proteins(names, own, measured);
  }

  static void write(ProteinKeys keys, Map<String, @Nullable Object> arguments) {
    arguments.put(OBSM_KEY, keys.obsm());
    arguments.put(NAMES_KEY, keys.names());
    if (keys.panelKey() != null) {
      arguments.put(PANEL_KEY, keys.panelKey());
    }
  }

  static Map<String, Object> state(Proteins proteins) {
    var state = new TreeMap<String, Object>();
    state.put("column_names", proteins.names());
    if (!proteins.measured().isEmpty()) {
      var mask = new LinkedHashMap<String, Object>();
      for (int code = 0; code < proteins.measured().size(); code++) {
        mask.put(Integer.toString(code), proteins.measured().get(code));
      }
      state.put(MASK, mask);
    }
    return state;
  }

  private static boolean truth(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean truth -> truth;
      case Number number -> number.doubleValue() != 0;
      default -> !value.toString().equalsIgnoreCase("false");
    };
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
