package org.syncyte.anndata;

import java.util.Arrays;

/// Compressed sparse rows: row `r` holds `values[indptr[r] .. indptr[r+1])` at columns
/// `indices[...]`, which ascend within a row.
public record Csr(int rows, int columns, long[] indptr, int[] indices, float[] values)
    implements Matrix {
  public Csr {
    if (indptr.length != rows + 1
        || indptr[0] != 0
        || indptr[rows] != indices.length
        || indices.length != values.length) {
      throw new IllegalArgumentException(
          "sparse rows: indptr of %d entries does not describe %d rows with %d indices and %d values"
              .formatted(indptr.length, rows, indices.length, values.length));
    }
  }

  /// A matrix with no stored value.
  public static Csr empty(int rows, int columns) {
    return new Csr(rows, columns, new long[rows + 1], new int[0], new float[0]);
  }

  public int stored() {
    return values.length;
  }

  /// The sum of a row: a cell's library size, if the values are counts.
  public double total(int row) {
    double sum = 0;
    for (int k = (int) indptr[row]; k < indptr[row + 1]; k++) {
      sum += values[k];
    }
    return sum;
  }

  /// Rows `from .. to`.
  public Csr slice(int from, int to) {
    var newIndptr = new long[to - from + 1];
    for (int r = from; r <= to; r++) {
      newIndptr[r - from] = indptr[r] - indptr[from];
    }
    int first = (int) indptr[from];
    int last = (int) indptr[to];
    return new Csr(
        to - from,
        columns,
        newIndptr,
        Arrays.copyOfRange(indices, first, last),
        Arrays.copyOfRange(values, first, last));
  }

  @Override
  public Csr rows(int[] chosen) {
    var newIndptr = new long[chosen.length + 1];
    for (int i = 0; i < chosen.length; i++) {
      newIndptr[i + 1] = newIndptr[i] + indptr[chosen[i] + 1] - indptr[chosen[i]];
    }
    int total = Math.toIntExact(newIndptr[chosen.length]);
    var newIndices = new int[total];
    var newValues = new float[total];
    for (int i = 0; i < chosen.length; i++) {
      int from = (int) indptr[chosen[i]];
      int length = (int) (newIndptr[i + 1] - newIndptr[i]);
      System.arraycopy(indices, from, newIndices, (int) newIndptr[i], length);
      System.arraycopy(values, from, newValues, (int) newIndptr[i], length);
    }
    return new Csr(chosen.length, columns, newIndptr, newIndices, newValues);
  }

  @Override
  public Csr columns(int[] chosen) {
    var target = new int[columns];
    Arrays.fill(target, -1);
    for (int i = 0; i < chosen.length; i++) {
      if (chosen[i] >= 0) {
        if (target[chosen[i]] >= 0) {
          throw new IllegalArgumentException("column " + chosen[i] + " is chosen twice");
        }
        target[chosen[i]] = i;
      }
    }
    int kept = 0;
    for (int index : indices) {
      if (target[index] >= 0) {
        kept++;
      }
    }
    var newIndptr = new long[rows + 1];
    var packed = new long[kept];
    int next = 0;
    for (int r = 0; r < rows; r++) {
      int start = next;
      for (int k = (int) indptr[r]; k < indptr[r + 1]; k++) {
        int column = target[indices[k]];
        if (column >= 0) {
          packed[next++] = (long) column << 32 | Float.floatToRawIntBits(values[k]) & 0xffffffffL;
        }
      }
      Arrays.sort(packed, start, next);
      newIndptr[r + 1] = next;
    }
    var newIndices = new int[kept];
    var newValues = new float[kept];
    for (int k = 0; k < kept; k++) {
      newIndices[k] = (int) (packed[k] >>> 32);
      newValues[k] = Float.intBitsToFloat((int) packed[k]);
    }
    return new Csr(rows, chosen.length, newIndptr, newIndices, newValues);
  }

  @Override
  public Csr toCsr() {
    return this;
  }

  @Override
  public Dense toDense() {
    var dense = new float[Math.multiplyExact(rows, columns)];
    for (int r = 0; r < rows; r++) {
      for (int k = (int) indptr[r]; k < indptr[r + 1]; k++) {
        dense[r * columns + indices[k]] = values[k];
      }
    }
    return new Dense(rows, columns, dense);
  }
}
