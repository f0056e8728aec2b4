package org.syncyte.anndata;

/// A matrix that stays in its file; only the rows asked for are read. Safe to use from several
/// threads.
public non-sealed interface Backed extends Matrix, AutoCloseable {
  /// Stored values, or `rows * columns` when the file is dense.
  long stored();

  @Override
  void close();
}
