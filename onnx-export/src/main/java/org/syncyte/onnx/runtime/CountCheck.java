package org.syncyte.onnx.runtime;

import java.util.List;
import org.syncyte.anndata.Csr;

/// Looks at query counts on their way: what is no count is refused, what looks normalised is said.
final class CountCheck {
  private final boolean real;
  private long fractions;
  private int empty;

  /// @param real whether any finite number may stand there, as with protein markers
  CountCheck(boolean real) {
    this.real = real;
  }

  void look(Csr rows, int first) {
    for (int r = 0; r < rows.rows(); r++) {
      double sum = 0;
      for (int i = (int) rows.indptr()[r]; i < rows.indptr()[r + 1]; i++) {
        float value = rows.values()[i];
        if (real) {
          if (!Float.isFinite(value)) {
            throw new IllegalArgumentException(
                "cell %d holds %s; values of markers are finite numbers: fill it in, or leave the cell out"
                    .formatted(first + r, value));
          }
          continue;
        }
        if (!(value >= 0) || value == Float.POSITIVE_INFINITY) {
          throw new IllegalArgumentException(
              "cell %d holds %s; the model reads raw counts, which are never negative: choose the layer that holds them"
                  .formatted(first + r, value));
        }
        if (value != (float) Math.rint(value)) {
          fractions++;
        }
        sum += value;
      }
      if (sum == 0 && !real) {
        empty++;
      }
    }
  }

  void notice(List<String> notices) {
    if (fractions > 0) {
      notices.add(
          "%d values are not whole; the model reads raw counts, normalised ones give wrong places"
              .formatted(fractions));
    }
    if (empty > 0) {
      notices.add("%d cells have no counts; their places mean nothing".formatted(empty));
    }
  }
}
