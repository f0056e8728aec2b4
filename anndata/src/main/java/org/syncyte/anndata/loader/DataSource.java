package org.syncyte.anndata.loader;

/// Cells that a model can read by position. Safe to use from several threads.
public interface DataSource {
  int cells();

  int genes();

  /// The cells at these positions, in this order; a position may repeat.
  ///
  /// @throws IndexOutOfBoundsException if a position is not in `[0, cells())`
  Minibatch read(int[] cells);

  /// How many cells one read should cover to be cheap: 1 when the data are in memory, thousands
  /// when neighbouring cells share compressed chunks of a file.
  default int window() {
    return 1;
  }
}
