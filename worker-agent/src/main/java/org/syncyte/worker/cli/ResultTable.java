package org.syncyte.worker.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.worker.folder.Durable;

/// A table of results as a file: comma-separated values, or JSON with one object per row.
final class ResultTable {
  private ResultTable() {}

  /// Refuses a name that no format belongs to, before any work is done.
  static void check(Path target) {
    var name = target.getFileName().toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".csv") && !name.endsWith(".json")) {
      throw new IllegalArgumentException(
          "%s: tables are written as .csv or .json; choose one of these".formatted(target));
    }
  }

  /// @param rows what the names of the rows are called
  static void write(Path target, String rows, DataFrame table) {
    check(target);
    var json = target.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".json");
    var text = json ? json(rows, table) : csv(rows, table);
    Durable.write(target, text.getBytes(StandardCharsets.UTF_8));
  }

  static String csv(String rows, DataFrame table) {
    var text = new StringBuilder(LatentTable.quoted(rows));
    table.columns().keySet().forEach(name -> text.append(',').append(LatentTable.quoted(name)));
    text.append('\n');
    for (int row = 0; row < table.size(); row++) {
      text.append(LatentTable.quoted(table.index().get(row)));
      for (var column : table.columns().values()) {
        var entry = column.text(row);
        text.append(',').append(entry == null ? "" : LatentTable.quoted(entry));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String json(String rows, DataFrame table) {
    try {
      return new ObjectMapper().writeValueAsString(objects(rows, table, table.size())) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and texts have a JSON form", e);
    }
  }

  /// The first rows as maps.
  static List<Map<String, @Nullable Object>> objects(String rows, DataFrame table, int most) {
    var objects = new ArrayList<Map<String, @Nullable Object>>();
    for (int row = 0; row < Math.min(most, table.size()); row++) {
      var object = new LinkedHashMap<String, @Nullable Object>();
      object.put(rows, table.index().get(row));
      for (var column : table.columns().entrySet()) {
        object.put(column.getKey(), value(column.getValue(), row));
      }
      objects.add(object);
    }
    return objects;
  }

  private static @Nullable Object value(Column column, int row) {
    return switch (column) {
      case Column.Floats floats ->
          Double.isFinite(floats.values()[row]) ? (Object) floats.values()[row] : null;
      case Column.Ints ints -> ints.text(row) == null ? null : (Object) ints.values()[row];
      case Column.Bools bools -> bools.text(row) == null ? null : (Object) bools.values()[row];
      case Column.Strings _, Column.Categorical _ -> column.text(row);
    };
  }
}
