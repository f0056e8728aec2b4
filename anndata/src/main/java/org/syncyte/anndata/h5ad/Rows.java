package org.syncyte.anndata.h5ad;

import java.util.Arrays;
import java.util.function.Function;
import org.syncyte.anndata.Csr;

/// Puts sparse rows as files may hold them into the form that `Csr` promises: indices in range,
/// ascending, none twice. Repeated entries add up.
final class Rows {
  private Rows() {}

  static Csr checked(
      int rows,
      int columns,
      long[] indptr,
      int[] indices,
      float[] values,
      Function<String, H5adException> problem) {
    boolean ascending = true;
    for (int r = 0; r < rows; r++) {
      int last = -1;
      for (int k = (int) indptr[r]; k < indptr[r + 1]; k++) {
        int index = indices[k];
        if (index < 0 || index >= columns) {
          throw problem.apply("index %d of row %d is not below %d".formatted(index, r, columns));
        }
        ascending &= index > last;
        last = index;
      }
    }
    return ascending
        ? new Csr(rows, columns, indptr, indices, values)
        : sorted(rows, columns, indptr, indices, values);
  }

  private static Csr sorted(int rows, int columns, long[] indptr, int[] indices, float[] values) {
    var newIndptr = new long[rows + 1];
    int next = 0;
    for (int r = 0; r < rows; r++) {
      int from = (int) indptr[r];
      int count = (int) (indptr[r + 1] - indptr[r]);
      var packed = new long[count];
      for (int k = 0; k < count; k++) {
        packed[k] =
            (long) indices[from + k] << 32
                | Float.floatToRawIntBits(values[from + k]) & 0xffffffffL;
      }
      Arrays.sort(packed);
      int start = next;
      for (long entry : packed) {
        int index = (int) (entry >>> 32);
        float value = Float.intBitsToFloat((int) entry);
        if (next > start && indices[next - 1] == index) {
          values[next - 1] += value;
        } else {
          indices[next] = index;
          values[next++] = value;
        }
      }
      newIndptr[r + 1] = next;
    }
    return new Csr(
        rows, columns, newIndptr, Arrays.copyOf(indices, next), Arrays.copyOf(values, next));
  }
}
