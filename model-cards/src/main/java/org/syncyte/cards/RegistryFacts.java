package org.syncyte.cards;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.SavedModel;

/// What the registry inside a saved model says, in the words of cards.
public final class RegistryFacts {
  private final Map<?, ?> registry;
  private final Map<?, ?> arguments;

  private RegistryFacts(Map<?, ?> registry, Map<?, ?> arguments) {
    this.registry = registry;
    this.arguments = arguments;
  }

  public static RegistryFacts of(SavedModel model) {
    return new RegistryFacts(
        map(model.attributes().get("registry_")), map(model.attributes().get("init_params_")));
  }

  public Optional<String> modelClass() {
    return text(registry.get("model_name"));
  }

  public Optional<String> scviVersion() {
    return text(registry.get("scvi_version"));
  }

  /// Constructor arguments by name, keyword groups flattened.
  public Map<String, @Nullable Object> parameters() {
    var flat = new LinkedHashMap<String, @Nullable Object>();
    map(arguments.get("non_kwargs")).forEach((name, value) -> flat.put((String) name, value));
    map(arguments.get("kwargs"))
        .values()
        .forEach(group -> map(group).forEach((name, value) -> flat.put((String) name, value)));
    return Collections.unmodifiableMap(flat);
  }

  /// Arguments of the data set-up by name.
  public Map<String, @Nullable Object> setup() {
    var setup = new LinkedHashMap<String, @Nullable Object>();
    map(registry.get("setup_args")).forEach((name, value) -> setup.put((String) name, value));
    return Collections.unmodifiableMap(setup);
  }

  /// Where each field lies, such as `batch` in `adata.obs['_scvi_batch']`; empty fields are left
  /// out.
  public Map<String, String> locations() {
    var locations = new LinkedHashMap<String, String>();
    fields()
        .forEach((key, field) -> {
          var place = map(map(field).get("data_registry"));
          if (place.get("attr_name") instanceof String attribute) {
            var modality =
                place.get("mod_key") instanceof String mod ? ".mod['%s']".formatted(mod) : "";
            var name =
                place.get("attr_key") instanceof String entry ? "['%s']".formatted(entry) : "";
            locations.put((String) key, "adata%s.%s%s".formatted(modality, attribute, name));
          }
        });
    return Collections.unmodifiableMap(locations);
  }

  /// Sizes of the training data, such as `n_cells` and `n_batch`.
  public Map<String, Long> statistics() {
    var statistics = new LinkedHashMap<String, Long>();
    fields()
        .values()
        .forEach(field ->
            map(map(field).get("summary_stats"))
                .forEach((name, value) -> {
                  if (value instanceof Long number) {
                    statistics.put((String) name, number);
                  }
                }));
    return Collections.unmodifiableMap(statistics);
  }

  /// The values of each categorical column, by the column's name, in the order of their codes.
  /// Columns that the set-up made up are left out.
  public Map<String, List<String>> categories() {
    var found = new LinkedHashMap<String, List<String>>();
    for (var field : fields().values()) {
      var state = map(map(field).get("state_registry"));
      if (state.get("categorical_mapping") instanceof List<?> values) {
        put(found, String.valueOf(state.get("original_key")), values);
      }
      map(state.get("mappings"))
          .forEach((key, values) -> {
            if (values instanceof List<?> list) {
              put(found, String.valueOf(key), list);
            }
          });
    }
    return Collections.unmodifiableMap(found);
  }

  private static void put(Map<String, List<String>> found, String column, List<?> values) {
    if (!column.startsWith("_scvi_")) {
      found.put(column, values.stream().map(String::valueOf).toList());
    }
  }

  /// Whether the model expects minified data.
  public boolean minified() {
    return map(map(fields().get("minify_type")).get("data_registry")).get("attr_key") != null;
  }

  private Map<?, ?> fields() {
    return map(registry.get("field_registries"));
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static Optional<String> text(@Nullable Object value) {
    return value instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
