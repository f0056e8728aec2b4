package org.syncyte.anndata.fields;

import org.syncyte.anndata.Csr;

/// Looks at every value of a matrix once.
final class ValueCheck {
  private final Check check;
  private final String where;
  private boolean positive;

  ValueCheck(Check check, String where) {
    this.check = check;
    this.where = where;
  }

  /// Checks rows and returns how many hold no positive value.
  int accept(Csr rows, int[] cells) {
    int empty = 0;
    for (int r = 0; r < rows.rows(); r++) {
      boolean any = false;
      for (int k = (int) rows.indptr()[r]; k < rows.indptr()[r + 1]; k++) {
        float value = rows.values()[k];
        if (!Float.isFinite(value)) {
          throw at(cells[r], rows.indices()[k], value, "values must be finite numbers; remove it");
        }
        if (check == Check.COUNTS) {
          if (value < 0) {
            throw at(
                cells[r],
                rows.indices()[k],
                value,
                "counts are not negative; name the layer that holds raw counts");
          }
          if (value != (float) Math.rint(value)) {
            throw at(
                cells[r],
                rows.indices()[k],
                value,
                "counts are whole numbers; these look normalised, name the layer that holds raw counts");
          }
        }
        any |= value != 0;
      }
      positive |= any;
      empty += any ? 0 : 1;
    }
    return empty;
  }

  private IllegalArgumentException at(int cell, int gene, float value, String rule) {
    return new IllegalArgumentException(
        "%s: value %s of cell %d, gene %d: %s".formatted(where, value, cell, gene, rule));
  }

  void finish() {
    if (check == Check.COUNTS && !positive) {
      throw new IllegalArgumentException(
          "%s: all counts are zero in the genes of the reference; is this minified data, or the wrong layer?"
              .formatted(where));
    }
  }
}
