package org.syncyte.federation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a JSON object with errors that name field, value and rule, and notices
/// fields that nobody asked for.
final class Fields {
  private final String what;
  private final Map<String, @Nullable Object> fields;
  private final Set<String> seen = new HashSet<>();

  Fields(String what, Map<String, @Nullable Object> fields) {
    this.what = what;
    this.fields = fields;
  }

  private @Nullable Object at(String name) {
    seen.add(name);
    return fields.get(name);
  }

  String text(String name, @Nullable String otherwise) {
    String value = optional(name);
    if (value != null) {
      return value;
    }
    if (otherwise == null) {
      throw bad(name, "is missing");
    }
    return otherwise;
  }

  @Nullable String optional(String name) {
    Object value = at(name);
    if (value == null) {
      return null;
    }
    if (value instanceof String text && !text.isBlank()) {
      return text;
    }
    throw bad(name, "must be a text that is not empty, not " + value);
  }

  /// `[a-z0-9-]`, 1 to 32 characters: what may stand in the name of a topic.
  String id(String name) {
    return Ids.check("%s: '%s'".formatted(what, name), text(name, null));
  }

  long whole(String name, @Nullable Long otherwise, long min, long max) {
    Object value = at(name);
    if (value == null && otherwise == null) {
      throw bad(name, "is missing");
    }
    long number;
    if (value == null) {
      number = otherwise == null ? 0 : otherwise;
    } else if (value instanceof Long given) {
      number = given;
    } else {
      throw bad(name, "must be a whole number, not " + value);
    }
    if (number < min || number > max) {
      throw bad(name, "must lie in %d to %d, not %d".formatted(min, max, number));
    }
    return number;
  }

  int count(String name, @Nullable Integer otherwise, int min, int max) {
    return (int) whole(name, otherwise == null ? null : (long) otherwise, min, max);
  }

  /// A decimal number in `(above, max]`, as number or as string, brought to its canonical string.
  String decimal(String name, String otherwise, double above, double max) {
    Object value = at(name);
    String text = value == null ? otherwise : String.valueOf(value);
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException _) {
      throw bad(name, "must be a decimal number, not " + text);
    }
    if (text.length() > 32 || !(number.doubleValue() > above) || number.doubleValue() > max) {
      throw bad(name, "must lie above %s and be at most %s, not %s".formatted(above, max, text));
    }
    return number.stripTrailingZeros().toPlainString();
  }

  /// A flat object whose values become strings.
  Map<String, String> strings(String name) {
    Object value = at(name);
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw bad(name, "must be an object");
    }
    var strings = new TreeMap<String, String>();
    for (var entry : map.entrySet()) {
      Object held = entry.getValue();
      if (held == null || held instanceof Map || held instanceof List) {
        throw bad(
            name + "." + entry.getKey(), "must be a text, number or truth value, not " + held);
      }
      strings.put((String) entry.getKey(), held.toString());
    }
    return Collections.unmodifiableMap(strings);
  }

  List<String> list(String name) {
    if (at(name) instanceof List<?> values) {
      return texts(name, values);
    }
    throw bad(name, "must be a list of texts");
  }

  Map<String, List<String>> lists(String name) {
    if (!(at(name) instanceof Map<?, ?> map)) {
      throw bad(name, "must be an object of lists");
    }
    var lists = new TreeMap<String, List<String>>();
    for (var entry : map.entrySet()) {
      if (!(entry.getValue() instanceof List<?> values)) {
        throw bad(name, "must be an object of lists");
      }
      lists.put((String) entry.getKey(), texts(name, values));
    }
    return Collections.unmodifiableMap(lists);
  }

  private List<String> texts(String name, List<?> values) {
    var texts = new ArrayList<String>(values.size());
    for (Object value : values) {
      if (!(value instanceof String text)) {
        throw bad(name, "must hold texts, not " + value);
      }
      texts.add(text);
    }
    return List.copyOf(texts);
  }

  /// Refuses fields that were not read: a misspelt setting must not be ignored.
  void noMore() {
    for (String name : fields.keySet()) {
      if (!seen.contains(name)) {
        throw bad(name, "is unknown; remove it or correct its spelling");
      }
    }
  }

  IllegalArgumentException bad(String name, String why) {
    return new IllegalArgumentException("%s: '%s' %s".formatted(what, name, why));
  }
}
