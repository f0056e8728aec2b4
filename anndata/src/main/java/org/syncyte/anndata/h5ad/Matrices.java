package org.syncyte.anndata.h5ad;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// Matrices of a file: dense arrays, sparse rows, sparse columns, and tables of numbers.
final class Matrices {
  private final H5File file;
  private final Frames frames;

  Matrices(H5File file, Frames frames) {
    this.file = file;
    this.frames = frames;
  }

  /// The matrix in memory.
  Matrix read(Node node) {
    return switch (backed(node)) {
      case BackedCsr csr -> csr.toCsr();
      case BackedCsc csc -> csc.read();
      case BackedDense dense -> dense.toDense();
      case Matrix other -> other;
    };
  }

  /// The matrix, left in the file unless it is a table.
  Matrix backed(Node node) {
    return switch (node) {
      case Dataset dataset -> dense(file.array(dataset));
      case Group group -> sparse(group);
      default -> throw file.problem(node.getPath(), "is a link that leads nowhere");
    };
  }

  static boolean sparse(@Nullable String encoding) {
    return "csr_matrix".equals(encoding) || "csc_matrix".equals(encoding);
  }

  @Nullable String encoding(Group group) {
    var encoding = file.text(group, "encoding-type");
    var old = file.text(group, "h5sparse_format");
    return encoding == null && old != null ? old + "_matrix" : encoding;
  }

  private Backed dense(H5Array array) {
    if (array.type.text()) {
      throw file.problem(array.element, "holds text where numbers are expected");
    }
    if (array.rank() == 1) {
      return new BackedDense(array, extent(array, 0), 1);
    }
    if (array.rank() != 2) {
      throw file.problem(array.element, "has %d axes; a matrix has two".formatted(array.rank()));
    }
    return new BackedDense(array, extent(array, 0), extent(array, 1));
  }

  private int extent(H5Array array, int axis) {
    if (array.shape[axis] > Integer.MAX_VALUE - 64) {
      throw file.problem(array.element, "has %d rows or columns".formatted(array.shape[axis]));
    }
    return (int) array.shape[axis];
  }

  private Matrix sparse(Group group) {
    var encoding = encoding(group);
    if ("dataframe".equals(encoding)) {
      return numbers(group, frames.read(group));
    }
    if (!sparse(encoding)) {
      throw file.problem(
          group.getPath(), "is of type '%s', which is no matrix".formatted(encoding));
    }
    var shape = file.longs(group, "shape");
    if (shape == null) {
      shape = file.longs(group, "h5sparse_shape");
    }
    if (shape == null || shape.length != 2 || !sane(shape[0]) || !sane(shape[1])) {
      throw file.problem(group.getPath(), "has no usable attribute 'shape'");
    }
    int rows = (int) shape[0];
    int columns = (int) shape[1];
    boolean byRow = "csr_matrix".equals(encoding);
    var indices = file.array(group, "indices");
    var data = file.array(group, "data");
    var indptr = indptr(group, byRow ? rows : columns, indices, data);
    var major =
        new BackedCsr(
            file,
            group.getPath(),
            byRow ? rows : columns,
            byRow ? columns : rows,
            indptr,
            indices,
            data);
    return byRow ? major : new BackedCsc(file, group.getPath(), major);
  }

  private static boolean sane(long length) {
    return length >= 0 && length <= Integer.MAX_VALUE - 64;
  }

  private long[] indptr(Group group, int major, H5Array indices, H5Array data) {
    var array = file.array(group, "indptr");
    if (array.length() != major + 1) {
      throw file.problem(
          array.element, "has %d entries, expected %d".formatted(array.length(), major + 1L));
    }
    if (data.type.text() || indices.type.text() || data.rank() != 1 || indices.rank() != 1) {
      throw file.problem(group.getPath(), "its parts are not lists of numbers");
    }
    var indptr = array.longs();
    if (indptr[0] != 0) {
      throw file.problem(array.element, "starts at %d, not at 0".formatted(indptr[0]));
    }
    for (int i = 0; i < major; i++) {
      if (indptr[i + 1] < indptr[i] || indptr[i + 1] - indptr[i] > Integer.MAX_VALUE - 64) {
        throw file.problem(array.element, "entry %d does not follow %d".formatted(i + 1, i));
      }
    }
    if (indptr[major] != indices.size() || indptr[major] != data.size()) {
      throw file.problem(
          array.element,
          "ends at %d, but there are %d indices and %d values"
              .formatted(indptr[major], indices.size(), data.size()));
    }
    return indptr;
  }

  private Dense numbers(Group group, DataFrame frame) {
    var columns = new ArrayList<>(frame.columns().values());
    int wide = columns.size();
    var values = new float[Math.multiplyExact(frame.size(), wide)];
    for (int c = 0; c < wide; c++) {
      for (int r = 0; r < frame.size(); r++) {
        values[r * wide + c] =
            switch (columns.get(c)) {
              case Column.Floats floats -> (float) floats.values()[r];
              case Column.Ints ints -> ints.values()[r];
              case Column.Bools bools -> bools.values()[r] ? 1 : 0;
              case Column.Categorical codes -> codes.codes()[r];
              case Column.Strings _ ->
                  throw file.problem(group.getPath(), "is a table with a column of text");
            };
      }
    }
    return new Dense(frame.size(), wide, values, List.copyOf(frame.columns().keySet()));
  }
}
