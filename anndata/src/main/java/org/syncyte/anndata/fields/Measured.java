package org.syncyte.anndata.fields;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.collection.Stacked;

/// Which values of markers were measured, row by row like the values themselves.
///
/// A column that a data set does not have reads as zero in the mask, and so as not measured.
final class Measured {
  private final Stacked mask;
  private final List<String> markers;
  private final boolean[] needed;
  private final String where;

  Measured(Stacked mask, Registry registry, String where) {
    this.mask = mask;
    this.markers = registry.varNames();
    this.where = where;
    var known = registry.markers();
    var backbone = known == null ? Set.<String>of() : Set.copyOf(known.backbone());
    needed = new boolean[markers.size()];
    for (int g = 0; g < needed.length; g++) {
      needed[g] = backbone.contains(markers.get(g));
    }
  }

  /// The mask of one data set, in its own columns; all ones when it has no mask layer.
  static Matrix of(AnnData data, @Nullable String layer) {
    var mask = data.layers().get(layer == null ? Markers.MASK : layer);
    if (mask != null) {
      return mask;
    }
    var ones = new float[Math.multiplyExact(data.cells(), data.genes())];
    Arrays.fill(ones, 1);
    return new Dense(data.cells(), data.genes(), ones);
  }

  /// The values with NaN where nothing was measured.
  ///
  /// @throws IllegalArgumentException if a measured value is not a finite number, or a marker of
  ///   the backbone was not measured
  Csr applied(Csr values, int[] cells) {
    int width = values.columns();
    var known = mask.rows(cells);
    var row = new float[width];
    var indptr = new long[values.rows() + 1];
    var indices = new int[Math.multiplyExact(values.rows(), width)];
    var data = new float[indices.length];
    int next = 0;
    for (int r = 0; r < values.rows(); r++) {
      Arrays.fill(row, Float.NaN);
      for (int k = (int) known.indptr()[r]; k < known.indptr()[r + 1]; k++) {
        if (known.values()[k] != 0) {
          row[known.indices()[k]] = 0;
        }
      }
      for (int k = (int) values.indptr()[r]; k < values.indptr()[r + 1]; k++) {
        int column = values.indices()[k];
        if (row[column] == 0) {
          row[column] = finite(values.values()[k], cells[r], column);
        }
      }
      for (int c = 0; c < width; c++) {
        if (needed[c] && Float.isNaN(row[c])) {
          throw new IllegalArgumentException(
              "%s: marker '%s' was not measured in cell %d; the model reads cells by it, leave them out"
                  .formatted(where, markers.get(c), cells[r]));
        }
        if (row[c] != 0) {
          indices[next] = c;
          data[next++] = row[c];
        }
      }
      indptr[r + 1] = next;
    }
    return new Csr(
        values.rows(), width, indptr, Arrays.copyOf(indices, next), Arrays.copyOf(data, next));
  }

  private float finite(float value, int cell, int column) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s: value %s of cell %d, marker '%s': values are finite numbers; if it was not measured, say so in a mask layer ('%s', 0 there)"
              .formatted(where, value, cell, markers.get(column), Markers.MASK));
    }
    return value;
  }
}
