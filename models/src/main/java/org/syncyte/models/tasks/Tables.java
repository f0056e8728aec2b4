package org.syncyte.models.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;

/// Tables with the same columns, joined.
final class Tables {
  private Tables() {}

  /// The rows of all tables, one table below the other.
  static DataFrame below(List<DataFrame> tables) {
    var index = new ArrayList<String>();
    tables.forEach(table -> index.addAll(table.index()));
    var columns = new LinkedHashMap<String, Column>();
    for (var name : tables.getFirst().columns().keySet()) {
      columns.put(name, below(name, tables, index.size()));
    }
    return new DataFrame(index, columns);
  }

  private static Column below(String name, List<DataFrame> tables, int rows) {
    var parts = tables.stream().map(table -> table.column(name).orElseThrow()).toList();
    return switch (parts.getFirst()) {
      case Column.Floats(var _, boolean single) -> {
        var values = new double[rows];
        int at = 0;
        for (var part : parts) {
          var own = ((Column.Floats) part).values();
          System.arraycopy(own, 0, values, at, own.length);
          at += own.length;
        }
        yield new Column.Floats(values, single);
      }
      case Column.Bools _ -> {
        var values = new boolean[rows];
        int at = 0;
        for (var part : parts) {
          var own = ((Column.Bools) part).values();
          System.arraycopy(own, 0, values, at, own.length);
          at += own.length;
        }
        yield new Column.Bools(values, null);
      }
      case Column.Ints _ -> {
        var values = new long[rows];
        int at = 0;
        for (var part : parts) {
          var own = ((Column.Ints) part).values();
          System.arraycopy(own, 0, values, at, own.length);
          at += own.length;
        }
        yield new Column.Ints(values, null);
      }
      case Column.Strings _, Column.Categorical _ -> {
        var categories = new ArrayList<String>();
        var codes = new int[rows];
        int at = 0;
        for (var part : parts) {
          for (int i = 0; i < part.size(); i++) {
            var text = part.text(i);
            if (text != null && !categories.contains(text)) {
              categories.add(text);
            }
            codes[at++] = text == null ? -1 : categories.indexOf(text);
          }
        }
        yield new Column.Categorical(codes, categories, false);
      }
    };
  }
}
