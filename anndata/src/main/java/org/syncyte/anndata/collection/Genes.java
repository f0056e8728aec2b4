package org.syncyte.anndata.collection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Genes by name across data sets.
public final class Genes {
  private Genes() {}

  /// Position of each name.
  ///
  /// @throws IllegalArgumentException if a name occurs twice
  public static Map<String, Integer> positions(String what, List<String> names) {
    var positions = new HashMap<String, Integer>(names.size() * 2);
    for (int i = 0; i < names.size(); i++) {
      var earlier = positions.put(names.get(i), i);
      if (earlier != null) {
        throw new IllegalArgumentException(
            "%s: gene name '%s' occurs twice (positions %d and %d); make gene names unique, for example with anndata's var_names_make_unique"
                .formatted(what, names.get(i), earlier, i));
      }
    }
    return positions;
  }

  /// For each wanted name its position in `names`, or -1; null when the lists are equal.
  public static int @Nullable [] map(String what, List<String> wanted, List<String> names) {
    var positions = positions(what, names);
    if (wanted.equals(names)) {
      return null;
    }
    var map = new int[wanted.size()];
    for (int i = 0; i < map.length; i++) {
      map[i] = positions.getOrDefault(wanted.get(i), -1);
    }
    return map;
  }

  static List<String> join(AnnCollection.Join join, List<List<String>> lists) {
    var first = lists.getFirst();
    return switch (join) {
      case NONE -> {
        for (int i = 1; i < lists.size(); i++) {
          if (!lists.get(i).equals(first)) {
            throw new IllegalArgumentException(
                "collection: the genes of data set %d differ from those of the first; join them with INNER or OUTER"
                    .formatted(i));
          }
        }
        yield first;
      }
      case INNER -> {
        var common = new LinkedHashSet<>(first);
        for (var names : lists) {
          common.retainAll(new java.util.HashSet<>(names));
        }
        if (common.isEmpty()) {
          throw new IllegalArgumentException(
              "collection: the data sets have no gene in common; the first has '%s', another '%s': are these symbols in one and Ensembl ids in the other?"
                  .formatted(example(first), example(lists.getLast())));
        }
        yield new ArrayList<>(common);
      }
      case OUTER -> {
        if (lists.stream().allMatch(first::equals)) {
          yield first;
        }
        var all = new TreeSet<String>();
        lists.forEach(all::addAll);
        yield new ArrayList<>(all);
      }
    };
  }

  /// A name to show in a message.
  public static String example(List<String> names) {
    return names.isEmpty() ? "(none)" : names.getFirst();
  }
}
