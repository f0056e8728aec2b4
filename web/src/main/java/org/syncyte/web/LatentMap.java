package org.syncyte.web;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model's cells in two dimensions, with the columns they can be coloured by.
///
/// The file `latent_map.json` beside a model holds `{"x": [], "y": [], "obs": {"cell_type":
/// {"codes": [], "categories": []}, ...}}`; a code of -1 means "not known".
///
/// @param x first coordinate, one per cell
/// @param y second coordinate, one per cell
/// @param obs columns by name
public record LatentMap(float[] x, float[] y, Map<String, Coding> obs) {
  public LatentMap {
    if (x.length != y.length) {
      throw new IllegalArgumentException("x has " + x.length + " cells, y has " + y.length);
    }
    for (var column : obs.entrySet()) {
      if (column.getValue().codes().length != x.length) {
        throw new IllegalArgumentException(
            "obs '"
                + column.getKey()
                + "' has "
                + column.getValue().codes().length
                + " codes for "
                + x.length
                + " cells");
      }
    }
    obs = Collections.unmodifiableMap(new LinkedHashMap<>(obs));
  }

  public int cells() {
    return x.length;
  }

  /// A categorical column.
  public record Coding(int[] codes, List<String> categories) {
    public Coding {
      categories = List.copyOf(categories);
      for (var code : codes) {
        if (code < -1 || code >= categories.size()) {
          throw new IllegalArgumentException(
              "code " + code + " names none of " + categories.size() + " categories");
        }
      }
    }

    /// Cells per category.
    public long[] counts() {
      var counts = new long[categories.size()];
      Arrays.stream(codes).filter(code -> code >= 0).forEach(code -> counts[code]++);
      return counts;
    }
  }
}
