package org.syncyte.anndata;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A dense matrix, row-major: `values[row * columns + column]`.
///
/// @param names of the columns, or null if they have none; a table of numbers in a file has
public record Dense(int rows, int columns, float[] values, @Nullable List<String> names)
    implements Matrix {
  public Dense {
    names = names == null ? null : List.copyOf(names);
    if (names != null && names.size() != columns) {
      throw new IllegalArgumentException(
          "dense matrix: %d names for %d columns".formatted(names.size(), columns));
    }
    if ((long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          "dense matrix: %d values do not fill %d rows x %d columns"
              .formatted(values.length, rows, columns));
    }
  }

  public Dense(int rows, int columns, float[] values) {
    this(rows, columns, values, null);
  }

  public float at(int row, int column) {
    return values[row * columns + column];
  }

  @Override
  public Csr rows(int[] indices) {
    var chosen = new float[Math.multiplyExact(indices.length, columns)];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(values, indices[i] * columns, chosen, i * columns, columns);
    }
    return new Dense(indices.length, columns, chosen).toCsr();
  }

  @Override
  public Dense columns(int[] indices) {
    var chosen = new float[Math.multiplyExact(rows, indices.length)];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < indices.length; i++) {
        chosen[r * indices.length + i] = indices[i] < 0 ? 0 : values[r * columns + indices[i]];
      }
    }
    return new Dense(rows, indices.length, chosen);
  }

  @Override
  public Csr toCsr() {
    int stored = 0;
    for (float value : values) {
      if (value != 0) {
        stored++;
      }
    }
    var indptr = new long[rows + 1];
    var indices = new int[stored];
    var data = new float[stored];
    int next = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        float value = values[r * columns + c];
        if (value != 0) {
          indices[next] = c;
          data[next++] = value;
        }
      }
      indptr[r + 1] = next;
    }
    return new Csr(rows, columns, indptr, indices, data);
  }

  @Override
  public Dense toDense() {
    return this;
  }
}
