package org.syncyte.tests;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.h5ad.H5ad;

/// As many cells as wanted from a few patterns, made when they are asked for.
///
/// @param rows cells
/// @param patterns of 3,000 counted genes each; cell i is pattern i modulo their number
record RepeatedCells(int rows, Csr patterns) implements Backed {
  static final int PER_CELL = 3000;

  static RepeatedCells of(int cells, int genes) {
    var random = new SplittableRandom(5);
    int count = 400;
    var indptr = new long[count + 1];
    var indices = new int[count * PER_CELL];
    var values = new float[indices.length];
    for (int p = 0; p < count; p++) {
      int stride = genes / PER_CELL;
      for (int k = 0; k < PER_CELL; k++) {
        indices[p * PER_CELL + k] = k * stride + random.nextInt(stride);
        values[p * PER_CELL + k] = 1 + Integer.numberOfTrailingZeros(random.nextInt() | 1 << 12);
      }
      indptr[p + 1] = (long) (p + 1) * PER_CELL;
    }
    return new RepeatedCells(cells, new Csr(count, genes, indptr, indices, values));
  }

  /// `RepeatedCells FILE CELLS GENES` writes them, in a program of its own.
  public static void main(String[] arguments) {
    var counts = of(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    H5ad.write(
        AnnData.of(
            counts,
            DataFrame.of(names("cell", counts.rows)),
            DataFrame.of(names("gene", counts.columns()))),
        Path.of(arguments[0]));
  }

  private static List<String> names(String stem, int count) {
    return IntStream.range(0, count).mapToObj(i -> stem + i).toList();
  }

  @Override
  public int columns() {
    return patterns.columns();
  }

  @Override
  public long stored() {
    return (long) rows * PER_CELL;
  }

  @Override
  public Csr rows(int[] cells) {
    return patterns.rows(Arrays.stream(cells).map(cell -> cell % patterns.rows()).toArray());
  }

  @Override
  public Matrix columns(int[] chosen) {
    return new RepeatedCells(rows, patterns.columns(chosen));
  }

  @Override
  public Csr toCsr() {
    return rows(IntStream.range(0, rows).toArray());
  }

  @Override
  public Dense toDense() {
    return toCsr().toDense();
  }

  @Override
  public void close() {}
}
