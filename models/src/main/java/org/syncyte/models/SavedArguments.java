package org.syncyte.models;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.Tensor;

/// Constructor arguments as the attribute `init_params_` of a saved model.
///
/// A file knows two groups, `non_kwargs` and `kwargs`; here they are one flat map of texts, without
/// the arguments that are null. The width of a batch embedding, nested in files, is
/// `embedding_dim`.
final class SavedArguments {
  /// A group of arguments whose names would clash in a flat map; they carry it as a prefix.
  static final String CLASSIFIER = "classifier_parameters";

  /// How the spread of totalVI's background stays positive; nested in files.
  static final String BACKGROUND = "activation_function_bg";

  /// Least standard deviation or concentration of a decoder of markers, nested in files.
  static final String DECODER_FLOOR = "decoder_param_eps";

  private static final String DECODER = "extra_decoder_kwargs";
  private static final String EMBEDDING = "batch_embedding_kwargs";
  private static final Set<String> NOT_OF_THE_NETWORK =
      Set.of("datamodule", "registry", "use_cuda");

  private SavedArguments() {}

  static Map<String, String> read(@Nullable Object attribute) {
    var flat = new LinkedHashMap<String, String>();
    if (attribute instanceof Map<?, ?> groups) {
      collect(groups, flat);
    }
    NOT_OF_THE_NETWORK.forEach(flat::remove);
    return flat;
  }

  private static void collect(Map<?, ?> group, Map<String, String> flat) {
    group.forEach((name, value) -> {
      switch (value) {
        case null -> {}
        // The prior of types is a tensor of the model as well, and is read from there.
        case Tensor _ when name.equals("y_prior") -> {}
        case Map<?, ?> inner when name.equals(CLASSIFIER) ->
            inner.forEach((key, one) -> {
              if (one != null) {
                flat.put(CLASSIFIER + "." + key, one.toString());
              }
            });
        case List<?> names ->
            flat.put(
                String.valueOf(name),
                names.stream().map(String::valueOf).collect(Collectors.joining(",")));
        case Map<?, ?> inner -> collect(inner, flat);
        default -> flat.put(String.valueOf(name), value.toString());
      }
    });
  }

  /// @param named arguments of the class itself, complete; all others go to its keyword group
  static Map<String, @Nullable Object> write(
      Map<String, String> named, Map<String, String> config, String keywordGroup) {
    var constructor = new LinkedHashMap<String, @Nullable Object>();
    named.forEach((name, text) ->
        constructor.put(
            name, name.equals(Cytovi.Config.ENCODED) ? List.of(text.split(",")) : typed(text)));
    var others = new LinkedHashMap<String, @Nullable Object>();
    var classifier = new LinkedHashMap<String, @Nullable Object>();
    config.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(entry -> !named.containsKey(entry.getKey()))
        .forEach(entry -> {
          if (entry.getKey().equals("embedding_dim")) {
            others.put(EMBEDDING, Map.of("embedding_dim", Long.valueOf(entry.getValue())));
          } else if (entry.getKey().equals(DECODER_FLOOR)) {
            others.put(DECODER, Map.of(DECODER_FLOOR, typed(entry.getValue())));
          } else if (entry.getKey().equals(BACKGROUND)) {
            others.put(DECODER, Map.of(BACKGROUND, entry.getValue()));
          } else if (entry.getKey().startsWith(CLASSIFIER + ".")) {
            classifier.put(
                entry.getKey().substring(CLASSIFIER.length() + 1), typed(entry.getValue()));
          } else {
            others.put(entry.getKey(), typed(entry.getValue()));
          }
        });
    if (!classifier.isEmpty()) {
      others.put(CLASSIFIER, classifier);
    }
    var groups = new LinkedHashMap<String, @Nullable Object>();
    groups.put("kwargs", Map.of(keywordGroup, others));
    groups.put("non_kwargs", constructor);
    return groups;
  }

  private static @Nullable Object typed(String text) {
    if (text.equals("None")) {
      return null;
    }
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return Boolean.valueOf(text);
    }
    if (text.matches("-?\\d{1,18}")) {
      return Long.valueOf(text);
    }
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException _) {
      return text;
    }
  }
}
