package org.syncyte.anndata.loader;

import java.util.Arrays;
import java.util.List;

/// Cells that a model can read by position. Safe to use from several threads.
public interface DataSource {
  /// Cells of one read that walks through all of them, at most.
  int BLOCK = 4096;

  /// Cells of one read that walks through all of them: few enough to take a small part of memory.
  default int block() {
    return BLOCK;
  }

  int cells();

  int genes();

  /// The cells at these positions, in this order; a position may repeat.
  ///
  /// @throws IndexOutOfBoundsException if a position is not in `[0, cells())`
  Minibatch read(int[] cells);

  /// What the user should know though it is no error.
  default List<String> notes() {
    return List.of();
  }

  /// Whether counts can be read; of minified cells they may be gone.
  default boolean hasCounts() {
    if (cells() == 0) {
      return true;
    }
    var stored = read(new int[] {0}).stored();
    return stored == null || stored.counts();
  }

  /// @param what is about to be done
  /// @throws IllegalArgumentException if the counts are gone
  default void requireCounts(String what) {
    if (!hasCounts()) {
      throw new IllegalArgumentException(
          "%s does not support minified data without counts; give the full data".formatted(what));
    }
  }

  /// Label codes of all cells.
  default int[] labels() {
    var labels = new int[cells()];
    for (int from = 0; from < labels.length; from += block()) {
      int first = from;
      int[] block = new int[Math.min(block(), labels.length - from)];
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
