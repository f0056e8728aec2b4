package org.syncyte.models;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Constructor arguments by their published names, as text; every name must be known.
final class Arguments {
  private final String owner;
  private final Map<String, String> values;
  private final Set<String> read = new HashSet<>();

  Arguments(String owner, Map<String, String> values) {
    this.owner = owner;
    this.values = values;
  }

  int integer(String name, int otherwise, int least) {
    var text = text(name, Integer.toString(otherwise));
    try {
      int value = Integer.parseInt(text);
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException _) {
      throw refusal(name, text, "a whole number");
    }
    throw refusal(name, text, "at least " + least);
  }

  double number(String name, double otherwise, double least, double below) {
    var text = text(name, Double.toString(otherwise));
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException _) {
      throw refusal(name, text, "a number");
    }
    if (!(value >= least && value < below)) {
      throw refusal(name, text, "in [%s, %s)".formatted(least, below));
    }
    return value;
  }

  boolean flag(String name, boolean otherwise) {
    var text = text(name, Boolean.toString(otherwise)).toLowerCase(Locale.ROOT);
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refusal(name, text, "true or false");
    };
  }

  /// True, false, or null for neither.
  @Nullable Boolean perhaps(String name) {
    return text(name, "None").equals("None") ? null : flag(name, false);
  }

  /// An enum constant written as in Python: lower case, words joined by `-`.
  <E extends Enum<E>> E choice(String name, E otherwise) {
    var text = text(name, spelled(otherwise));
    var constants = otherwise.getDeclaringClass().getEnumConstants();
    for (var constant : constants) {
      if (spelled(constant).equals(text)) {
        return constant;
      }
    }
    throw refusal(
        name,
        text,
        "one of " + java.util.Arrays.stream(constants).map(Arguments::spelled).toList());
  }

  static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Names, separated by commas.
  List<String> names(String name) {
    return split(text(name, ""));
  }

  static List<String> split(@Nullable String names) {
    return names == null || names.isEmpty() ? List.of() : List.of(names.split(","));
  }

  /// Accepts an argument that must keep its default.
  void onlyDefault(String name, String... defaults) {
    var text = text(name, defaults[0]);
    if (!Set.of(defaults).contains(text)) {
      throw refusal(name, text, "left at its default " + defaults[0]);
    }
  }

  void refuseUnread() {
    for (var name : values.keySet()) {
      if (!read.contains(name)) {
        throw new IllegalArgumentException(
            "%s has no argument '%s'; it has %s"
                .formatted(owner, name, read.stream().sorted().toList()));
      }
    }
  }

  private String text(String name, String otherwise) {
    read.add(name);
    return values.getOrDefault(name, otherwise);
  }

  private IllegalArgumentException refusal(String name, String text, String rule) {
    return new IllegalArgumentException(
        "%s: argument %s = '%s' must be %s".formatted(owner, name, text, rule));
  }
}
