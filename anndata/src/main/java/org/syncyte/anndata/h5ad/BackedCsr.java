package org.syncyte.anndata.h5ad;

import java.util.ArrayList;
import java.util.Arrays;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// Sparse rows in a file. Only `indptr` is in memory.
final class BackedCsr implements Backed {
  private final H5File file;
  private final String element;
  private final int rows;
  private final int columns;
  private final long[] indptr;
  private final Strip indices;
  private final Strip values;

  BackedCsr(
      H5File file,
      String element,
      int rows,
      int columns,
      long[] indptr,
      H5Array indices,
      H5Array values) {
    this.file = file;
    this.element = element;
    this.rows = rows;
    this.columns = columns;
    this.indptr = indptr;
    this.indices = new Strip(indices);
    this.values = new Strip(values);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long stored() {
    return indptr[rows];
  }

  @Override
  public Csr rows(int[] chosen) {
    int n = chosen.length;
    var order = new long[n];
    var newIndptr = new long[n + 1];
    for (int i = 0; i < n; i++) {
      int row = java.util.Objects.checkIndex(chosen[i], rows);
      order[i] = (long) row << 32 | i;
      newIndptr[i + 1] = newIndptr[i] + indptr[row + 1] - indptr[row];
    }
    Arrays.sort(order);
    var from = new long[n];
    var length = new int[n];
    var to = new int[n];
    int total = total(newIndptr[n]);
    int ranges = 0;
    for (int k = 0; k < n; k++) {
      int row = (int) (order[k] >>> 32);
      int position = (int) order[k];
      int count = (int) (indptr[row + 1] - indptr[row]);
      if (ranges > 0
          && from[ranges - 1] + length[ranges - 1] == indptr[row]
          && to[ranges - 1] + length[ranges - 1] == newIndptr[position]) {
        length[ranges - 1] += count;
      } else {
        from[ranges] = indptr[row];
        length[ranges] = count;
        to[ranges++] = (int) newIndptr[position];
      }
    }
    return read(
        n,
        newIndptr,
        total,
        new Strip.Ranges(
            Arrays.copyOf(from, ranges), Arrays.copyOf(length, ranges), Arrays.copyOf(to, ranges)));
  }

  private int total(long stored) {
    if (stored > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "%s: %d stored values are too many for memory; open the file and read some rows at a time"
              .formatted(element, stored));
    }
    return (int) stored;
  }

  private Csr read(int n, long[] newIndptr, int total, Strip.Ranges ranges) {
    var newIndices = new int[total];
    var newValues = new float[total];
    var jobs = new ArrayList<>(values.plan(ranges));
    jobs.addAll(indices.plan(ranges));
    try {
      file.pool.each(
          jobs,
          job -> {
            if (job.strip() == values) {
              values.run(
                  job,
                  ranges,
                  (bytes, count, to) -> values.array().type.floats(bytes, count, newValues, to));
            } else {
              indices.run(
                  job,
                  ranges,
                  (bytes, count, to) -> indices.array().type.ints(bytes, count, newIndices, to));
            }
          });
    } catch (IllegalStateException | InternalError e) {
      throw new IllegalStateException(
          file.path.getFileName() + " was closed or changed while it was read", e);
    }
    return Rows.checked(
        n,
        columns,
        newIndptr,
        newIndices,
        newValues,
        problem -> file.problem(element + "/indices", problem));
  }

  @Override
  public Matrix columns(int[] chosen) {
    return toCsr().columns(chosen);
  }

  @Override
  public Csr toCsr() {
    int total = total(stored());
    return read(
        rows, indptr, total, new Strip.Ranges(new long[] {0}, new int[] {total}, new int[] {0}));
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
