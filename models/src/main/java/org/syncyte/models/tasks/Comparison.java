package org.syncyte.models.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;

/// Two groups of cells, to be compared.
///
/// @param group1 name of the first group
/// @param group2 name of the second
/// @param cells1 positions of the first group's cells
/// @param cells2 positions of the second's; a cell in both counts here only
public record Comparison(String group1, String group2, int[] cells1, int[] cells2) {
  /// What all cells outside a group are called.
  public static final String REST = "Rest";

  public Comparison {
    var second = new java.util.HashSet<Integer>();
    for (int cell : cells2) {
      second.add(cell);
    }
    cells1 = IntStream.of(cells1).filter(cell -> !second.contains(cell)).toArray();
    refuseSmall(group1, cells1);
    refuseSmall(group2, cells2);
  }

  public String name() {
    return group1 + " vs " + group2;
  }

  /// Every group that a column names, or those asked for, against the rest or another group.
  ///
  /// @param groups1 groups to compare, or empty for all
  /// @param group2 the group to compare with, or null for all other cells
  /// @throws IllegalArgumentException if the column is missing or has one group only, or a group is
  ///   unknown or smaller than two cells
  public static List<Comparison> by(
      DataFrame obs, String column, List<String> groups1, @Nullable String group2) {
    var groups = groups(obs, column);
    if (groups.size() < 2) {
      throw new IllegalArgumentException(
          "obs column '%s' has one group only, %s; there is nothing to compare it with"
              .formatted(column, groups.keySet()));
    }
    var comparisons = new ArrayList<Comparison>();
    var wanted = groups1.isEmpty() ? List.copyOf(groups.keySet()) : groups1;
    for (var group : wanted) {
      int[] cells1 = cells(groups, column, group);
      if (group.equals(group2)) {
        if (groups1.isEmpty()) {
          continue;
        }
        throw new IllegalArgumentException(
            "group '%s' is on both sides; compare it with another or with the rest"
                .formatted(group));
      }
      comparisons.add(
          group2 == null
              ? new Comparison(group, REST, cells1, rest(obs.size(), cells1))
              : new Comparison(group, group2, cells1, cells(groups, column, group2)));
    }
    return comparisons;
  }

  /// The groups that a column names and their cells: in the order of its categories, else sorted.
  /// Cells without a value belong to none.
  public static Map<String, int[]> groups(DataFrame obs, String column) {
    var values =
        obs.column(column)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "obs column '%s' is not in the data; it has %s"
                        .formatted(column, obs.columns().keySet())));
    var found = new TreeMap<String, List<Integer>>();
    for (int cell = 0; cell < values.size(); cell++) {
      var text = values.text(cell);
      if (text != null) {
        found.computeIfAbsent(text, _ -> new ArrayList<>()).add(cell);
      }
    }
    var order =
        values instanceof Column.Categorical coded
            ? coded.categories()
            : List.copyOf(found.keySet());
    var groups = new LinkedHashMap<String, int[]>();
    for (var name : order) {
      var cells = found.get(name);
      if (cells != null) {
        groups.put(name, cells.stream().mapToInt(Integer::intValue).toArray());
      }
    }
    return groups;
  }

  private static int[] cells(Map<String, int[]> groups, String column, String group) {
    var cells = groups.get(group);
    if (cells == null) {
      throw new IllegalArgumentException(
          "group '%s' has no cell in obs column '%s'; it has %s"
              .formatted(group, column, groups.keySet()));
    }
    return cells;
  }

  private static int[] rest(int all, int[] cells) {
    var inside = new boolean[all];
    for (int cell : cells) {
      inside[cell] = true;
    }
    return IntStream.range(0, all).filter(cell -> !inside[cell]).toArray();
  }

  private static void refuseSmall(String group, int[] cells) {
    if (cells.length < 2) {
      throw new IllegalArgumentException(
          "group '%s' has %s; a comparison needs at least two on each side"
              .formatted(group, cells.length == 0 ? "no cell" : "a single cell"));
    }
  }
}
