package org.syncyte.anndata;

/// Compressed sparse columns: column `c` holds `values[indptr[c] .. indptr[c+1])` at rows
/// `indices[...]`, which ascend within a column.
public record Csc(int rows, int columns, long[] indptr, int[] indices, float[] values)
    implements Matrix {
  public Csc {
    if (indptr.length != columns + 1
        || indptr[0] != 0
        || indptr[columns] != indices.length
        || indices.length != values.length) {
      throw new IllegalArgumentException(
          "sparse columns: indptr of %d entries does not describe %d columns with %d indices and %d values"
              .formatted(indptr.length, columns, indices.length, values.length));
    }
  }

  @Override
  public Csr rows(int[] chosen) {
    return toCsr().rows(chosen);
  }

  @Override
  public Csr columns(int[] chosen) {
    return toCsr().columns(chosen);
  }

  @Override
  public Csr toCsr() {
    var newIndptr = new long[rows + 1];
    for (int row : indices) {
      newIndptr[row + 1]++;
    }
    for (int r = 0; r < rows; r++) {
      newIndptr[r + 1] += newIndptr[r];
    }
    var next = newIndptr.clone();
    var newIndices = new int[indices.length];
    var newValues = new float[values.length];
    for (int c = 0; c < columns; c++) {
      for (int k = (int) indptr[c]; k < indptr[c + 1]; k++) {
        int slot = (int) next[indices[k]]++;
        newIndices[slot] = c;
        newValues[slot] = values[k];
      }
    }
    return new Csr(rows, columns, newIndptr, newIndices, newValues);
  }

  @Override
  public Dense toDense() {
    return toCsr().toDense();
  }
}
