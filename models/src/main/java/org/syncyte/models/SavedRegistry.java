package org.syncyte.models;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.fields.CategoricalCovariate;
import org.syncyte.anndata.fields.Markers;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;

/// The registry as the attribute `registry_` of a saved model.
final class SavedRegistry {
  /// The layout of files that is written.
  private static final String WRITTEN_VERSION = "1.3.3";

  /// The same for models of markers, which the former does not have.
  private static final String WRITTEN_VERSION_OF_MARKERS = "1.4.3";

  private static final String SAMPLE = "sample_id";
  private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})");

  private SavedRegistry() {}

  /// @throws IllegalArgumentException if a part that a model needs is missing
  static Registry read(@Nullable Object registry, List<String> varNames) {
    var root = map(registry, "registry_");
    var arguments = map(root.get("setup_args"), "registry_.setup_args");
    var fields = map(root.get("field_registries"), "registry_.field_registries");
    var names = texts(state(fields, "X").get("column_names"));
    var categorical = new ArrayList<CategoricalCovariate>();
    var mappings = state(fields, "extra_categorical_covs").get("mappings");
    if (mappings instanceof Map<?, ?> covariates) {
      covariates.forEach((key, values) ->
          categorical.add(new CategoricalCovariate(String.valueOf(key), texts(values))));
    }
    var batches = categories(fields, "batch");
    var keys = SavedProteins.keys(arguments, fields);
    return new Registry(
        names.isEmpty() ? varNames : names,
        batches,
        categories(fields, "labels"),
        categorical,
        texts(state(fields, "extra_continuous_covs").get("columns")),
        new Setup(
            text(arguments.get("layer")),
            text(arguments.get("batch_key")),
            text(arguments.get("labels_key")),
            text(arguments.get("size_factor_key")),
            text(arguments.get("unlabeled_category")),
            keys),
        keys == null
            ? null
            : SavedProteins.read(
                keys,
                texts(state(fields, "proteins").get("column_names")),
                categories(fields, "panel"),
                state(fields, "proteins"),
                batches.size()));
  }

  /// Whether the file has at least that layout; one that does not say is old.
  static boolean atLeast(Map<String, ?> attributes, int major, int minor) {
    var version =
        attributes.get("registry_") instanceof Map<?, ?> root
            ? String.valueOf(root.get("scvi_version"))
            : "";
    var numbers = VERSION.matcher(version);
    if (!numbers.lookingAt()) {
      return false;
    }
    int first = Integer.parseInt(numbers.group(1));
    return first > major || first == major && Integer.parseInt(numbers.group(2)) >= minor;
  }

  /// The registry of a model of markers, with what its file says of panels and samples. A file does
  /// not hold the backbone: it is the markers that the encoder reads, which stand in the arguments,
  /// or all of them if the encoder is that wide.
  ///
  /// @param config completed by what only the tensors tell
  /// @throws IllegalArgumentException if the markers that the encoder reads cannot be known
  static Registry withMarkers(
      Registry registry, Map<String, ?> attributes, Map<String, String> config, StateDict state) {
    var root = map(attributes.get("registry_"), "registry_");
    var fields = map(root.get("field_registries"), "registry_.field_registries");
    var arguments = map(root.get("setup_args"), "registry_.setup_args");
    completed(config, "n_latent", "z_encoder.mean_encoder.bias", state);
    completed(config, "prior_mixture_k", "prior_logits", state);
    var names = registry.varNames();
    var encoded = Arguments.split(config.get(Cytovi.Config.ENCODED));
    var mask =
        fields.get("nan_layer") instanceof Map<?, ?> field
                && field.get("data_registry") instanceof Map<?, ?> data
            ? text(data.get("attr_key"))
            : null;
    var first = state.tensors().get("z_encoder.encoder.fc_layers.Layer 0.0.weight");
    if (mask != null && encoded.isEmpty() && first != null && first.shape()[1] < names.size()) {
      throw new IllegalArgumentException(
          "the model reads %d of %d markers, and its file does not say which; save it again with %s in its arguments"
              .formatted(first.shape()[1], names.size(), Cytovi.Config.ENCODED));
    }
    return registry.withMarkers(
        new Markers(
            mask,
            text(arguments.get("sample_key")),
            categories(fields, SAMPLE),
            encoded.isEmpty() ? names : encoded));
  }

  private static void completed(
      Map<String, String> config, String argument, String tensor, StateDict state) {
    var found = state.tensors().get(tensor);
    if (!config.containsKey(argument) && found != null && found.shape().length == 1) {
      config.put(argument, Long.toString(found.shape()[0]));
    }
  }

  /// The layout that a file claims, or null if it has no registry.
  static @Nullable String version(@Nullable Object registry) {
    return registry instanceof Map<?, ?> root ? text(root.get("scvi_version")) : null;
  }

  /// How many cells a model was set up with; 0 if the file does not say.
  static long cells(@Nullable Object registry) {
    return registry instanceof Map<?, ?> root
            && root.get("field_registries") instanceof Map<?, ?> fields
            && state(fields, "X").get("n_obs") instanceof Number count
        ? Math.max(0, count.longValue())
        : 0;
  }

  /// Under which key a field lies in the data, or null if the registry does not have it.
  static @Nullable String place(@Nullable Object registry, String name) {
    return registry instanceof Map<?, ?> root
            && root.get("field_registries") instanceof Map<?, ?> fields
            && fields.get(name) instanceof Map<?, ?> field
            && field.get("data_registry") instanceof Map<?, ?> data
        ? text(data.get("attr_key"))
        : null;
  }

  /// The registry with another number of cells.
  static Object withCells(Object registry, long cells) {
    if (cells == cells(registry)
        || !(registry instanceof Map<?, ?> root
            && root.get("field_registries") instanceof Map<?, ?> fields
            && fields.get("X") instanceof Map<?, ?> counts)) {
      return registry;
    }
    return with(
        root,
        "field_registries",
        with(
            fields,
            "X",
            with(
                with(counts, "state_registry", with(state(fields, "X"), "n_obs", cells)),
                "summary_stats",
                counts.get("summary_stats") instanceof Map<?, ?> statistics
                    ? with(statistics, "n_cells", cells)
                    : Map.of("n_cells", cells))));
  }

  private static Map<String, @Nullable Object> with(Map<?, ?> map, String key, Object value) {
    var copy = new LinkedHashMap<String, @Nullable Object>();
    map.forEach((name, one) -> copy.put(String.valueOf(name), one));
    copy.put(key, value);
    return copy;
  }

  /// @param version layout to claim, or null for the one that is written by default
  static Map<String, @Nullable Object> write(
      Registry registry, String modelClass, long cells, @Nullable String version) {
    var markers = registry.markers();
    var setup = registry.setup();
    var covariates = registry.categorical().stream().map(CategoricalCovariate::key).toList();
    var arguments = new LinkedHashMap<String, @Nullable Object>();
    arguments.put("layer", setup.layer());
    arguments.put("batch_key", setup.batchKey());
    // totalVI's own setup knows no labels.
    boolean unlabelled = modelClass.equals("TOTALVI");
    if (!unlabelled) {
      arguments.put("labels_key", setup.labelsKey());
    }
    if (!unlabelled && setup.unlabeledCategory() != null) {
      arguments.put("unlabeled_category", setup.unlabeledCategory());
    }
    if (markers == null) {
      arguments.put("size_factor_key", setup.sizeFactorKey());
    } else {
      arguments.put("sample_key", markers.sampleKey());
      arguments.put("nan_layer", markers.maskLayer());
    }
    arguments.put("categorical_covariate_keys", covariates.isEmpty() ? null : covariates);
    arguments.put(
        "continuous_covariate_keys",
        registry.continuousKeys().isEmpty() ? null : registry.continuousKeys());

    var fields = new LinkedHashMap<String, @Nullable Object>();
    long genes = registry.varNames().size();
    fields.put(
        "X",
        field(
            setup.layer() == null ? "X" : "layers",
            setup.layer(),
            Map.of("n_obs", cells, "n_vars", genes, "column_names", registry.varNames()),
            Map.of("n_vars", genes, "n_cells", cells)));
    fields.put("batch", column("batch", setup.batchKey(), registry.batches()));
    fields.put("labels", unlabelled ? column("labels", null, List.of("0")) : labels(registry));
    if (markers == null) {
      fields.put(
          "size_factor",
          setup.sizeFactorKey() == null
              ? absent(Map.of())
              : field("obs", setup.sizeFactorKey(), Map.of(), Map.of()));
    } else {
      fields.put(SAMPLE, column(SAMPLE, markers.sampleKey(), markers.samples()));
      if (markers.masked()) {
        fields.put(
            "nan_layer",
            field(
                "layers",
                markers.maskLayer(),
                Map.of("n_obs", cells, "n_vars", genes, "column_names", registry.varNames()),
                Map.of("n_nan_layer", genes)));
      }
    }
    var mappings = new LinkedHashMap<String, @Nullable Object>();
    registry.categorical().forEach(one -> mappings.put(one.key(), one.categories()));
    Map<String, Long> categoricalCount =
        Map.of("n_extra_categorical_covs", (long) covariates.size());
    fields.put(
        "extra_categorical_covs",
        covariates.isEmpty()
            ? absent(categoricalCount)
            : field(
                "obsm",
                "_scvi_extra_categorical_covs",
                Map.of(
                    "mappings",
                    mappings,
                    "field_keys",
                    covariates,
                    "n_cats_per_key",
                    registry.categorical().stream()
                        .map(one -> (long) one.categories().size())
                        .toList()),
                categoricalCount));
    Map<String, Long> continuousCount =
        Map.of("n_extra_continuous_covs", (long) registry.continuousKeys().size());
    fields.put(
        "extra_continuous_covs",
        registry.continuousKeys().isEmpty()
            ? absent(continuousCount)
            : field(
                "obsm",
                "_scvi_extra_continuous_covs",
                Map.of("columns", registry.continuousKeys()),
                continuousCount));

    var keys = setup.proteins();
    var proteins = registry.proteins();
    if (keys != null && proteins != null) {
      SavedProteins.write(keys, arguments);
      if (keys.panelKey() != null) {
        fields.put("panel", column("panel", keys.panelKey(), proteins.panels()));
      }
      fields.put(
          "proteins",
          field(
              "obsm",
              keys.obsm(),
              SavedProteins.state(proteins),
              Map.of("n_proteins", (long) proteins.size())));
    }

    var root = new LinkedHashMap<String, @Nullable Object>();
    root.put(
        "scvi_version",
        version != null ? version : markers == null ? WRITTEN_VERSION : WRITTEN_VERSION_OF_MARKERS);
    root.put("model_name", modelClass);
    root.put("setup_args", arguments);
    root.put("field_registries", fields);
    root.put("setup_method_name", "setup_anndata");
    root.put(
        "_scvi_uuid",
        UUID.nameUUIDFromBytes(fields.toString().getBytes(StandardCharsets.UTF_8)).toString());
    return root;
  }

  private static Map<String, @Nullable Object> labels(Registry registry) {
    var field = column("labels", registry.setup().labelsKey(), registry.labels());
    var unlabeled = registry.setup().unlabeledCategory();
    if (unlabeled != null && field.get("state_registry") instanceof Map<?, ?> state) {
      var more = new java.util.TreeMap<String, Object>();
      state.forEach((key, value) -> more.put(String.valueOf(key), value));
      more.put("unlabeled_category", unlabeled);
      field.put("state_registry", more);
    }
    return field;
  }

  private static Map<String, @Nullable Object> column(
      String name, @Nullable String key, List<String> categories) {
    return field(
        "obs",
        "_scvi_" + name,
        Map.of(
            "categorical_mapping",
            key == null ? List.of(0L) : categories,
            "original_key",
            key == null ? "_scvi_" + name : key),
        Map.of("n_" + name, (long) categories.size()));
  }

  private static Map<String, @Nullable Object> field(
      String attribute, @Nullable String key, Map<String, ?> state, Map<String, ?> statistics) {
    var data = new LinkedHashMap<String, @Nullable Object>();
    data.put("attr_name", attribute);
    data.put("attr_key", key);
    return parts(data, state, statistics);
  }

  private static Map<String, @Nullable Object> absent(Map<String, ?> statistics) {
    return parts(Map.of(), Map.of(), statistics);
  }

  /// In sorted order, so that equal registries give equal bytes.
  private static Map<String, @Nullable Object> parts(
      Map<String, ?> data, Map<String, ?> state, Map<String, ?> statistics) {
    var parts = new LinkedHashMap<String, @Nullable Object>();
    parts.put("data_registry", data);
    parts.put("state_registry", new java.util.TreeMap<String, Object>(state));
    parts.put("summary_stats", new java.util.TreeMap<String, Object>(statistics));
    return parts;
  }

  private static Map<?, ?> state(Map<?, ?> fields, String name) {
    return fields.get(name) instanceof Map<?, ?> field
            && field.get("state_registry") instanceof Map<?, ?> state
        ? state
        : Map.of();
  }

  private static List<String> categories(Map<?, ?> fields, String name) {
    var found = texts(state(fields, name).get("categorical_mapping"));
    return found.isEmpty() ? List.of("0") : found;
  }

  private static Map<?, ?> map(@Nullable Object value, String name) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException(
        "the saved model has no " + name + "; without it the model cannot be rebuilt");
  }

  private static List<String> texts(@Nullable Object values) {
    var texts = new ArrayList<String>();
    switch (values) {
      case List<?> list -> list.forEach(value -> texts.add(String.valueOf(text(value))));
      case Tensor.Longs(_, long[] longs) -> {
        for (long value : longs) {
          texts.add(Long.toString(value));
        }
      }
      case Tensor.Floats(_, float[] floats) -> {
        for (float value : floats) {
          texts.add(Double.toString((double) value));
        }
      }
      case null, default -> {}
    }
    return texts;
  }

  private static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Boolean truth -> truth ? "True" : "False";
      default -> value.toString();
    };
  }
}
