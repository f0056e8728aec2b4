package org.syncyte.anndata;

/// A matrix of cells by features, of shape `(rows, columns)`. Values are float32, the type the
/// models compute in; files keep their own type until they are read.
///
/// `Backed` reads rows from a file on demand; the others are in memory.
public sealed interface Matrix permits Dense, Csr, Csc, Backed {
  int rows();

  int columns();

  /// The chosen rows, in the given order, as compressed sparse rows.
  ///
  /// @throws IndexOutOfBoundsException if an index is not in `[0, rows)`
  Csr rows(int[] indices);

  /// The chosen columns, in the given order; `-1` yields an empty column.
  Matrix columns(int[] indices);

  /// The whole matrix as compressed sparse rows; explicit zeros are kept out.
  Csr toCsr();

  /// The whole matrix, row-major, of length `rows * columns`.
  Dense toDense();
}
