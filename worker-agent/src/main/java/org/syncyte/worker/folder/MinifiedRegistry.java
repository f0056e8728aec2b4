package org.syncyte.worker.folder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.cards.checkpoint.SavedModel;

/// The registry of a model whose data are minified: scvi-tools finds the latent parameters, the
/// library size and the kind of minification through four more fields.
final class MinifiedRegistry {
  private MinifiedRegistry() {}

  /// @param prefix of the names, such as `scvi`
  /// @param latent latent dimensions
  static SavedModel of(SavedModel saved, String prefix, AnnData cells, int latent) {
    var registry = copy(saved.attributes().get("registry_"));
    var fields = copy(registry.get("field_registries"));
    long genes = cells.genes();
    fields.put(
        "X",
        field(
            copy(copy(fields.get("X")).get("data_registry")),
            Map.of(
                "n_obs", (long) cells.cells(), "n_vars", genes, "column_names", saved.varNames()),
            Map.of("n_vars", genes, "n_cells", (long) cells.cells())));
    List<@Nullable Object> names = new ArrayList<>(LongStream.range(0, latent).boxed().toList());
    for (var what : List.of("latent_qzm", "latent_qzv")) {
      fields.put(
          what,
          field(
              place("obsm", prefix + "_" + what),
              Map.of("column_names", names),
              Map.of("n_" + what, (long) latent)));
    }
    fields.put("observed_lib_size", field(place("obs", "observed_lib_size"), Map.of(), Map.of()));
    fields.put("minify_type", field(place("uns", "_scvi_adata_minify_type"), Map.of(), Map.of()));
    registry.put("field_registries", fields);
    var attributes = new LinkedHashMap<String, @Nullable Object>(saved.attributes());
    attributes.put("registry_", registry);
    return new SavedModel(saved.state(), saved.varNames(), attributes);
  }

  /// The scvi-tools version that the registry claims.
  static String version(SavedModel saved) {
    return String.valueOf(copy(saved.attributes().get("registry_")).get("scvi_version"));
  }

  private static Map<String, @Nullable Object> place(String attribute, String key) {
    var place = new LinkedHashMap<String, @Nullable Object>();
    place.put("attr_name", attribute);
    place.put("attr_key", key);
    return place;
  }

  private static Map<String, @Nullable Object> field(
      Map<String, @Nullable Object> data, Map<String, ?> state, Map<String, ?> statistics) {
    var field = new LinkedHashMap<String, @Nullable Object>();
    field.put("data_registry", data);
    field.put("state_registry", new TreeMap<>(state));
    field.put("summary_stats", new TreeMap<>(statistics));
    return field;
  }

  private static Map<String, @Nullable Object> copy(@Nullable Object value) {
    var copy = new LinkedHashMap<String, @Nullable Object>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, entry) -> copy.put(String.valueOf(key), entry));
    }
    return copy;
  }
}
