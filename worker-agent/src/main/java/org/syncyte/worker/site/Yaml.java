package org.syncyte.worker.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A settings file of one flat level, read strictly: an unknown key, a key given twice, or a value
/// of another kind stops the agent before anything runs.
final class Yaml {
  private static final int MAX_BYTES = 1 << 20;

  private final String file;
  private final Map<String, Object> values;

  private Yaml(String file, Map<String, Object> values) {
    this.file = file;
    this.values = values;
  }

  static Yaml read(Path path, Set<String> known) {
    byte[] bytes;
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new IllegalArgumentException(
            path + " is larger than 1 MiB; this is not a settings file");
      }
      bytes = Files.readAllBytes(path);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + path + ": " + e.getMessage(), e);
    }
    return parse(path.toString(), new String(bytes, StandardCharsets.UTF_8), known);
  }

  static Yaml parse(String file, String text, Set<String> known) {
    Object root;
    try {
      var settings =
          LoadSettings.builder()
              .setAllowDuplicateKeys(false)
              .setMaxAliasesForCollections(0)
              .setCodePointLimit(MAX_BYTES)
              .build();
      root = new Load(settings).loadFromString(text);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(file + " is not YAML: " + e.getMessage(), e);
    }
    if (!(root instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(file + " must be a list of 'key: value' lines");
    }
    var values = new LinkedHashMap<String, Object>();
    for (var entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key) || !known.contains(key)) {
        throw new IllegalArgumentException(
            "%s: unknown key '%s'; known keys are %s"
                .formatted(file, entry.getKey(), known.stream().sorted().toList()));
      }
      if (entry.getValue() == null) {
        throw new IllegalArgumentException(
            "%s: '%s' has no value; remove the key or give it one".formatted(file, key));
      }
      values.put(key, entry.getValue());
    }
    return new Yaml(file, values);
  }

  void requireVersion(int version) {
    if (number("version", -1) != version) {
      throw new IllegalArgumentException(
          "%s: 'version' is %s, this release reads version %d; see the sample files"
              .formatted(file, values.getOrDefault("version", "missing"), version));
    }
  }

  @Nullable String text(String key) {
    var value = values.get(key);
    if (value == null) {
      return null;
    }
    if (value instanceof String text) {
      return text;
    }
    throw wrong(key, "a text");
  }

  String text(String key, String otherwise) {
    var value = text(key);
    return value == null ? otherwise : value;
  }

  String required(String key) {
    var value = text(key);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("%s: '%s' is missing".formatted(file, key));
    }
    return value;
  }

  long number(String key, long otherwise) {
    var value = values.get(key);
    return switch (value) {
      case null -> otherwise;
      case Integer number -> number;
      case Long number -> number;
      default -> throw wrong(key, "a whole number");
    };
  }

  List<String> list(String key) {
    var value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw wrong(key, "a list of texts, such as [a, b]");
  }

  Map<String, String> map(String key) {
    var value = values.get(key);
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong(key, "a map of 'name: value'");
    }
    var result = new LinkedHashMap<String, String>();
    map.forEach((name, entry) -> result.put(String.valueOf(name), String.valueOf(entry)));
    return result;
  }

  private IllegalArgumentException wrong(String key, String expected) {
    return new IllegalArgumentException(
        "%s: '%s' is '%s', expected %s".formatted(file, key, values.get(key), expected));
  }
}
