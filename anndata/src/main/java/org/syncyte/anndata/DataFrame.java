package org.syncyte.anndata;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A table with named rows and named columns of equal length; column order is kept.
public record DataFrame(List<String> index, Map<String, Column> columns) {
  public DataFrame {
    index = List.copyOf(index);
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    for (var entry : columns.entrySet()) {
      if (entry.getValue().size() != index.size()) {
        throw new IllegalArgumentException(
            "column '%s' has %d entries, the table has %d rows"
                .formatted(entry.getKey(), entry.getValue().size(), index.size()));
      }
    }
  }

  /// A table that has row names only.
  public static DataFrame of(List<String> index) {
    return new DataFrame(index, Map.of());
  }

  public int size() {
    return index.size();
  }

  public Optional<Column> column(String name) {
    return Optional.ofNullable(columns.get(name));
  }

  /// This table with one column added or replaced.
  public DataFrame with(String name, Column column) {
    var all = new LinkedHashMap<>(columns);
    all.put(name, column);
    return new DataFrame(index, all);
  }

  /// The chosen rows, in the given order.
  public DataFrame at(int[] rows) {
    var chosen = new LinkedHashMap<String, Column>();
    columns.forEach((name, column) -> chosen.put(name, column.at(rows)));
    return new DataFrame(java.util.Arrays.stream(rows).mapToObj(index::get).toList(), chosen);
  }
}
