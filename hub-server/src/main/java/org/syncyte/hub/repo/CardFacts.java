package org.syncyte.hub.repo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// What the search keeps of a README: its front matter, and its first lines of prose.
///
/// Front matter is YAML between two lines `---`. The parser builds maps, lists, strings and numbers
/// only, and is bounded in size, depth and aliases.
public record CardFacts(Map<String, Object> card, String text) {
  private static final int MAX = 200_000;

  static final CardFacts NONE = new CardFacts(Map.of(), "");

  /// Reads a README; throws `IllegalArgumentException` with the parser's words if the YAML is
  /// wrong.
  public static CardFacts read(String readme) {
    String source = readme.startsWith("\uFEFF") ? readme.substring(1) : readme;
    var lines = source.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().strip().equals("---")) {
      return new CardFacts(Map.of(), source);
    }
    int end = 1;
    while (end < lines.size() && !lines.get(end).strip().equals("---")) {
      end++;
    }
    if (end == lines.size()) {
      return new CardFacts(Map.of(), source);
    }
    String yaml = String.join("\n", lines.subList(1, end));
    String text = String.join("\n", lines.subList(end + 1, lines.size()));
    return new CardFacts(parse(yaml), text);
  }

  private static Map<String, Object> parse(String yaml) {
    if (yaml.length() > MAX) {
      throw new IllegalArgumentException(
          "front matter: " + yaml.length() + " characters; at most " + MAX);
    }
    var settings =
        LoadSettings.builder()
            .setMaxAliasesForCollections(20)
            .setAllowDuplicateKeys(false)
            .setCodePointLimit(MAX)
            .build();
    @Nullable Object value;
    try {
      value = new Load(settings).loadFromString(yaml);
    } catch (YamlEngineException | StackOverflowError bad) {
      throw new IllegalArgumentException(
          "front matter is not valid YAML: " + bad.getMessage(), bad);
    }
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("front matter must be a YAML map of keys and values");
    }
    return new Plain().map(map, 0);
  }

  /// Copies what the parser built into maps, lists, text and numbers. Aliases may make a small text
  /// stand for a huge structure, hence the budget.
  private static final class Plain {
    private int left = 20_000;

    Map<String, Object> map(Map<?, ?> map, int depth) {
      var copy = new LinkedHashMap<String, Object>();
      map.forEach((key, value) -> {
        if (value != null) {
          copy.put(String.valueOf(key), value(value, depth + 1));
        }
      });
      return copy;
    }

    private Object value(Object value, int depth) {
      if (depth > 20 || --left < 0) {
        throw new IllegalArgumentException("front matter: more than 20 levels or 20,000 values");
      }
      return switch (value) {
        case Map<?, ?> map -> map(map, depth);
        case Iterable<?> list -> {
          var copy = new ArrayList<Object>();
          for (var item : list) {
            if (item != null) {
              copy.add(value(item, depth + 1));
            }
          }
          yield copy;
        }
        case Boolean flag -> flag;
        case Double d when !Double.isFinite(d) -> d.toString();
        case Number number -> number;
        default -> value.toString();
      };
    }
  }

  /// Strings under a key, be it one or a list.
  public List<String> strings(String key) {
    var value = card.get(key);
    return switch (value) {
      case null -> List.of();
      case List<?> list -> list.stream().map(String::valueOf).toList();
      default -> List.of(value.toString());
    };
  }

  public @Nullable String string(String key) {
    var all = strings(key);
    return all.isEmpty() ? null : all.getFirst();
  }

  /// The card's tags, then library, licence, base models and data sets as tags.
  SequencedSet<String> tags() {
    var tags = new LinkedHashSet<String>();
    tags.addAll(strings("tags"));
    tags.addAll(strings("library_name"));
    for (String key : List.of("license", "base_model", "dataset", "region")) {
      strings(key.equals("dataset") ? "datasets" : key)
          .forEach(value -> tags.add(key + ":" + value));
    }
    return tags;
  }

  /// The first prose, without markup, for lists and for the search.
  String excerpt() {
    var words = new StringBuilder();
    for (String line : text.lines().toList()) {
      String plain = line.strip();
      if (!plain.isEmpty()
          && !plain.startsWith("#")
          && !plain.startsWith("<")
          && !plain.startsWith("|")
          && !plain.startsWith("```")) {
        words.append(plain.replaceAll("[*_`\\[\\]]", "")).append(' ');
      }
      if (words.length() > 400) {
        break;
      }
    }
    String all = words.toString().strip();
    return all.length() > 400 ? all.substring(0, 400) : all;
  }
}
