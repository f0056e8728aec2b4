package org.syncyte.anndata.h5ad;

import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Csc;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// Sparse columns in a file. A row of them is spread over the whole array, so all is read when the
/// first row is asked for, and kept.
final class BackedCsc implements Backed {
  private final H5File file;
  private final String element;
  private final BackedCsr transposed;
  private @Nullable Csr rows;

  /// @param transposed its columns as rows
  BackedCsc(H5File file, String element, BackedCsr transposed) {
    this.file = file;
    this.element = element;
    this.transposed = transposed;
  }

  @Override
  public int rows() {
    return transposed.columns();
  }

  @Override
  public int columns() {
    return transposed.rows();
  }

  @Override
  public long stored() {
    return transposed.stored();
  }

  /// The whole matrix in memory.
  Csc read() {
    long bytes = 16 * stored();
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap / 4 * 3) {
      throw file.problem(
          element,
          "is stored by columns, which takes %d MB to read by rows; memory has %d MB: save it by rows (tocsr in Python)"
              .formatted(bytes >> 20, heap >> 20));
    }
    var csr = transposed.toCsr();
    return new Csc(csr.columns(), csr.rows(), csr.indptr(), csr.indices(), csr.values());
  }

  @Override
  public synchronized Csr toCsr() {
    var known = rows;
    if (known == null) {
      known = read().toCsr();
      rows = known;
    }
    return known;
  }

  @Override
  public Csr rows(int[] chosen) {
    return toCsr().rows(chosen);
  }

  @Override
  public Matrix columns(int[] chosen) {
    return toCsr().columns(chosen);
  }

  @Override
  public Dense toDense() {
    return toCsr().toDense();
  }

  @Override
  public void close() {
    file.close();
  }
}
