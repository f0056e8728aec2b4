package org.syncyte.anndata.fields;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;

/// The rules by which a column becomes codes.
///
/// A categorical column keeps its categories in their order, unused ones too. Any other column has
/// the sorted unique values: numbers by size, text by code point. No value may be missing.
final class Categories {
  static final List<String> ONE = List.of("0");

  private Categories() {}

  static List<String> of(String role, AnnData data, String key) {
    var column = column(role, data, key);
    var found =
        switch (column) {
          case Column.Categorical coded -> coded.categories();
          case Column.Ints ints -> {
            var values = new TreeSet<Long>();
            for (int i = 0; i < ints.size(); i++) {
              if (ints.text(i) != null) {
                values.add(ints.values()[i]);
              }
            }
            yield values.stream().map(String::valueOf).toList();
          }
          case Column.Floats floats -> {
            var values = new TreeSet<Double>();
            for (double value : floats.values()) {
              if (!Double.isNaN(value)) {
                values.add(value);
              }
            }
            yield values.stream().map(String::valueOf).toList();
          }
          case Column.Strings _, Column.Bools _ -> {
            var values = new TreeSet<String>(CODE_POINTS);
            for (int i = 0; i < column.size(); i++) {
              var text = column.text(i);
              if (text != null) {
                values.add(text);
              }
            }
            yield List.copyOf(values);
          }
        };
    codes(role, column, key, found);
    return found;
  }

  static final Comparator<String> CODE_POINTS =
      (a, b) -> {
        int at = 0;
        while (at < a.length() && at < b.length() && a.charAt(at) == b.charAt(at)) {
          at++;
        }
        if (at == a.length() || at == b.length()) {
          return Integer.compare(a.length(), b.length());
        }
        boolean high = Character.isSurrogate(a.charAt(at)) ^ Character.isSurrogate(b.charAt(at));
        int order = Character.compare(a.charAt(at), b.charAt(at));
        return high ? (Character.isSurrogate(a.charAt(at)) ? 1 : -1) : order;
      };

  static Column column(String role, AnnData data, String key) {
    return data.obs()
        .column(key)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s: column '%s' is not in obs; it has %s"
                    .formatted(role, key, data.obs().columns().keySet())));
  }

  static int[] codes(String role, Column column, String key, List<String> categories) {
    var positions = new HashMap<String, Integer>();
    for (int i = 0; i < categories.size(); i++) {
      positions.putIfAbsent(categories.get(i), i);
    }
    var codes = new int[column.size()];
    var unseen = new TreeSet<String>();
    for (int i = 0; i < codes.length; i++) {
      var text = column.text(i);
      if (text == null) {
        throw new IllegalArgumentException(
            "%s: '%s' is missing for cell %d; fill it in or leave the cell out"
                .formatted(role, key, i));
      }
      var code = positions.get(text);
      if (code == null) {
        unseen.add(text);
      } else {
        codes[i] = code;
      }
    }
    if (!unseen.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: %s of column '%s' %s not in the reference, which knows %s; rename, or extend the model by these data"
              .formatted(
                  role, shown(unseen), key, unseen.size() == 1 ? "is" : "are", shown(categories)));
    }
    return codes;
  }

  private static String shown(Iterable<String> names) {
    var shown = new ArrayList<String>();
    for (var name : names) {
      if (shown.size() == 8) {
        return String.join(", ", shown) + ", ...";
      }
      shown.add("'" + name + "'");
    }
    return String.join(", ", shown);
  }
}
