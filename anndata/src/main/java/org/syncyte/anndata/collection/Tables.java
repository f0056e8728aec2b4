package org.syncyte.anndata.collection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;

/// Tables on top of each other.
final class Tables {
  private Tables() {}

  static Map<String, Column> join(AnnCollection.Join join, List<DataFrame> tables) {
    var names = new LinkedHashSet<String>();
    switch (join) {
      case INNER -> {
        names.addAll(tables.getFirst().columns().keySet());
        tables.forEach(table -> names.retainAll(table.columns().keySet()));
      }
      case OUTER -> tables.forEach(table -> names.addAll(table.columns().keySet()));
      case NONE -> {}
    }
    var joined = new LinkedHashMap<String, Column>();
    var sizes = tables.stream().mapToInt(DataFrame::size).toArray();
    for (var name : names) {
      var parts = new ArrayList<@Nullable Column>();
      for (var table : tables) {
        parts.add(table.columns().get(name));
      }
      joined.put(name, stack(parts, sizes));
    }
    return joined;
  }

  /// One column of several; a null one is all missing.
  private static Column stack(List<@Nullable Column> parts, int[] sizes) {
    var present = parts.stream().filter(Objects::nonNull).toList();
    if (present.stream().allMatch(Column.Categorical.class::isInstance)) {
      return categorical(parts, sizes);
    }
    if (present.stream().allMatch(Column.Floats.class::isInstance)
        || present.stream().allMatch(Tables::number)) {
      return numbers(parts, sizes);
    }
    if (present.stream().allMatch(Column.Bools.class::isInstance)) {
      return bools(parts, sizes);
    }
    var values = new @Nullable String[Arrays.stream(sizes).sum()];
    each(parts, sizes, (part, row, at) -> values[at] = part.text(row));
    return new Column.Strings(values);
  }

  private interface Visitor {
    void accept(Column part, int row, int at);
  }

  private static void each(List<@Nullable Column> parts, int[] sizes, Visitor visitor) {
    int at = 0;
    for (int p = 0; p < sizes.length; p++) {
      var part = parts.get(p);
      for (int row = 0; row < sizes[p]; row++, at++) {
        if (part != null) {
          visitor.accept(part, row, at);
        }
      }
    }
  }

  private static boolean number(@Nullable Column column) {
    return column instanceof Column.Floats || column instanceof Column.Ints;
  }

  private static Column categorical(List<@Nullable Column> parts, int[] sizes) {
    var union = new LinkedHashMap<String, Integer>();
    boolean ordered = true;
    for (var part : parts) {
      if (part instanceof Column.Categorical coded) {
        coded.categories().forEach(category -> union.putIfAbsent(category, union.size()));
        ordered &= coded.ordered();
      }
    }
    var codes = new int[Arrays.stream(sizes).sum()];
    Arrays.fill(codes, -1);
    int at = 0;
    for (int p = 0; p < sizes.length; p++) {
      if (parts.get(p) instanceof Column.Categorical coded) {
        var map = coded.categories().stream().mapToInt(union::get).toArray();
        for (int row = 0; row < sizes[p]; row++) {
          codes[at + row] = coded.codes()[row] < 0 ? -1 : map[coded.codes()[row]];
        }
      }
      at += sizes[p];
    }
    return new Column.Categorical(codes, new ArrayList<>(union.keySet()), ordered);
  }

  private static Column numbers(List<@Nullable Column> parts, int[] sizes) {
    int size = Arrays.stream(sizes).sum();
    if (parts.stream().allMatch(part -> part == null || part instanceof Column.Ints)) {
      var values = new long[size];
      var missing = new boolean[size];
      Arrays.fill(missing, true);
      each(
          parts,
          sizes,
          (part, row, at) -> {
            var ints = (Column.Ints) part;
            var gaps = ints.missing();
            values[at] = ints.values()[row];
            missing[at] = gaps != null && gaps[row];
          });
      return new Column.Ints(values, gaps(missing));
    }
    var values = new double[size];
    Arrays.fill(values, Double.NaN);
    each(
        parts,
        sizes,
        (part, row, at) -> {
          if (part instanceof Column.Floats floats) {
            values[at] = floats.values()[row];
          } else if (part instanceof Column.Ints ints) {
            var gaps = ints.missing();
            values[at] = gaps != null && gaps[row] ? Double.NaN : ints.values()[row];
          }
        });
    boolean single =
        parts.stream()
            .allMatch(part -> part == null || part instanceof Column.Floats f && f.single());
    return new Column.Floats(values, single);
  }

  private static Column bools(List<@Nullable Column> parts, int[] sizes) {
    int size = Arrays.stream(sizes).sum();
    var values = new boolean[size];
    var missing = new boolean[size];
    Arrays.fill(missing, true);
    each(
        parts,
        sizes,
        (part, row, at) -> {
          var bools = (Column.Bools) part;
          var gaps = bools.missing();
          values[at] = bools.values()[row];
          missing[at] = gaps != null && gaps[row];
        });
    return new Column.Bools(values, gaps(missing));
  }

  /// The mask, or null if nothing is missing.
  private static boolean @Nullable [] gaps(boolean[] missing) {
    for (boolean gap : missing) {
      if (gap) {
        return missing;
      }
    }
    return null;
  }
}
