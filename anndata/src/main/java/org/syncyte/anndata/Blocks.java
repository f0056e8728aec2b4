package org.syncyte.anndata;

import java.util.Arrays;
import java.util.function.BiConsumer;

/// Rows of a matrix, block after block, each a small part of the heap.
///
/// A stored value takes 8 bytes in memory and up to 16 more while columns are brought in order, and
/// a loader holds three blocks at once. So a block of 12 bytes a value stays below 1/32 of the
/// heap.
public final class Blocks {
  private static final long SHARE = 32;
  private static final long BYTES = 12;

  private Blocks() {}

  /// How many rows make a block: at least 1, at most `most`.
  public static int rows(Matrix matrix, int most) {
    double perRow = (double) stored(matrix) / Math.max(1, matrix.rows()) * BYTES;
    double fit = Runtime.getRuntime().maxMemory() / (double) SHARE / Math.max(1, perRow);
    return (int) Math.clamp(fit, 1, most);
  }

  /// Stored values of a matrix; of a dense one all of them.
  public static long stored(Matrix matrix) {
    return switch (matrix) {
      case Dense dense -> dense.values().length;
      case Csr sparse -> sparse.values().length;
      case Csc sparse -> sparse.values().length;
      case Backed backed -> backed.stored();
    };
  }

  /// Goes through all rows in order.
  ///
  /// @param most rows of a block
  /// @param step takes the rows and their positions
  public static void walk(Matrix matrix, int most, BiConsumer<Csr, int[]> step) {
    int size = rows(matrix, most);
    for (int from = 0; from < matrix.rows(); from += size) {
      int first = from;
      var block = new int[Math.min(size, matrix.rows() - from)];
      Arrays.setAll(block, i -> first + i);
      step.accept(matrix.rows(block), block);
    }
  }
}
