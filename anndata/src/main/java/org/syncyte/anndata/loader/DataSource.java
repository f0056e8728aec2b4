package org.syncyte.anndata.loader;

import java.util.Arrays;

/// Cells that a model can read by position. Safe to use from several threads.
public interface DataSource {
  /// Cells of one read that walks through all of them.
  int BLOCK = 4096;

  int cells();

  int genes();

  /// The cells at these positions, in this order; a position may repeat.
  ///
  /// @throws IndexOutOfBoundsException if a position is not in `[0, cells())`
  Minibatch read(int[] cells);

  /// Label codes of all cells.
  default int[] labels() {
    var labels = new int[cells()];
    for (int from = 0; from < labels.length; from += BLOCK) {
      int first = from;
      int[] block = new int[Math.min(BLOCK, labels.length - from)];
      Arrays.setAll(block, i -> first + i);
      System.arraycopy(read(block).labels(), 0, labels, from, block.length);
    }
    return labels;
  }

  /// How many cells one read should cover to be cheap: 1 when the data are in memory, thousands
  /// when neighbouring cells share compressed chunks of a file.
  default int window() {
    return 1;
  }
}
