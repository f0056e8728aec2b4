package org.syncyte.cards;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/// The YAML of a card. Reading is bounded in length, depth, events and aliases before any value is
/// made; no tag makes an object. Writing quotes words that YAML 1.1 readers take for something else
/// (`no`, `1e3`, `2024-01-01`).
final class FrontMatter {
  private static final int MAX_CHARACTERS = 1 << 16;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_EVENTS = 20_000;
  private static final int MAX_ALIASES = 10;
  private static final Pattern AMBIGUOUS =
      Pattern.compile(
          "(?i)(y|n|yes|no|on|off|true|false|null|~|[-+.0-9][-+.:_0-9a-zA-Z]*|0[xo].*|=|<<|)");

  private static final LoadSettings LOAD =
      LoadSettings.builder()
          .setLabel("front matter")
          .setAllowDuplicateKeys(false)
          .setAllowRecursiveKeys(false)
          .setMaxAliasesForCollections(MAX_ALIASES)
          .setCodePointLimit(MAX_CHARACTERS)
          .build();
  private static final DumpSettings DUMP =
      DumpSettings.builder()
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setWidth(1 << 16)
          .setSplitLines(false)
          .build();

  private FrontMatter() {}

  static Map<String, @Nullable Object> parse(String yaml) {
    if (yaml.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "the front matter has %d characters; at most %d are read"
              .formatted(yaml.length(), MAX_CHARACTERS));
    }
    try {
      checkShape(yaml);
      return switch (new Load(LOAD).loadFromString(yaml)) {
        case null -> Map.of();
        case Map<?, ?> map -> new Tree().map(map, 0);
        default ->
            throw new IllegalArgumentException("the front matter is not a mapping of 'key: value'");
      };
    } catch (YamlEngineException | IndexOutOfBoundsException | ClassCastException e) {
      throw new IllegalArgumentException(
          "the front matter is not valid YAML: " + e.getMessage(), e);
    }
  }

  static String text(Map<String, @Nullable Object> values) {
    return new Dump(DUMP, new Quoting()).dumpToString(values);
  }

  private static void checkShape(String yaml) {
    int depth = 0;
    int events = 0;
    int aliases = 0;
    for (var event : new Parse(LOAD).parseString(yaml)) {
      switch (event) {
        case CollectionStartEvent _ -> depth++;
        case CollectionEndEvent _ -> depth--;
        case AliasEvent _ -> aliases++;
        default -> {}
      }
      if (depth > MAX_DEPTH || ++events > MAX_EVENTS || aliases > MAX_ALIASES) {
        throw new IllegalArgumentException(
            "the front matter is too deep or too large: at most %d levels, %d aliases"
                .formatted(MAX_DEPTH, MAX_ALIASES));
      }
    }
  }

  /// A tree of its own: shared parts are copied, a part that contains itself is refused.
  private static final class Tree {
    private int nodes;

    Map<String, @Nullable Object> map(Map<?, ?> map, int depth) {
      var texts = new LinkedHashMap<String, @Nullable Object>();
      map.forEach((key, value) ->
          texts.put(
              key instanceof Map || key instanceof Collection ? "?" : String.valueOf(key),
              value(value, depth + 1)));
      return Collections.unmodifiableMap(texts);
    }

    private @Nullable Object value(@Nullable Object value, int depth) {
      if (depth > MAX_DEPTH || ++nodes > MAX_EVENTS) {
        throw new IllegalArgumentException(
            "the front matter contains itself, or repeats itself too often through aliases");
      }
      return switch (value) {
        case Map<?, ?> map -> map(map, depth);
        case Collection<?> list -> {
          var copy = new ArrayList<@Nullable Object>();
          list.forEach(item -> copy.add(value(item, depth + 1)));
          yield Collections.unmodifiableList(copy);
        }
        case null, default -> value;
      };
    }
  }

  private static final class Quoting extends StandardRepresenter {
    Quoting() {
      super(DUMP);
      representers.put(
          String.class,
          value -> {
            var text = (String) value;
            return representScalar(
                Tag.STR,
                text,
                AMBIGUOUS.matcher(text).matches() || text.indexOf('\n') >= 0
                    ? ScalarStyle.DOUBLE_QUOTED
                    : ScalarStyle.PLAIN);
          });
    }
  }
}
