package org.syncyte.anndata.bench;

import static org.bytedeco.hdf5.global.hdf5.*;

import java.nio.file.Path;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/// The plain way: one hyperslab of values and one of indices through the HDF Group's library, on
/// one thread, with its default chunk cache.
final class LibraryReader implements Reader {
  private final long file;
  private final long values;
  private final long indices;
  private final int nnzPerCell;

  LibraryReader(Path path, int nnzPerCell) {
    Loader.load(hdf5.class);
    this.nnzPerCell = nnzPerCell;
    file = H5Fopen(path.toString(), H5F_ACC_RDONLY(), H5P_DEFAULT);
    values = H5Dopen2(file, "X/data", H5P_DEFAULT);
    indices = H5Dopen2(file, "X/indices", H5P_DEFAULT);
    if (file < 0 || values < 0 || indices < 0) {
      throw new IllegalStateException("the library cannot open " + path);
    }
  }

  @Override
  public double read(int from, int count) {
    int length = count * nnzPerCell;
    long start = (long) from * nnzPerCell;
    try (var floats = new FloatPointer((long) length);
        var ints = new IntPointer((long) length)) {
      slab(values, H5T_IEEE_F32LE_g(), start, length, floats);
      slab(indices, H5T_STD_I32LE_g(), start, length, ints);
      var copy = new float[length];
      floats.get(copy);
      var columns = new int[length];
      ints.get(columns);
      double sum = 0;
      for (float value : copy) {
        sum += value;
      }
      return sum + columns[0] * 0.0;
    }
  }

  private static void slab(long array, long type, long start, long length, Pointer target) {
    long space = H5Dget_space(array);
    long memory = H5Screate_simple(1, new long[] {length}, (long[]) null);
    try {
      H5Sselect_hyperslab(
          space,
          H5S_SELECT_SET,
          new long[] {start},
          (long[]) null,
          new long[] {length},
          (long[]) null);
      if (H5Dread(array, type, memory, space, H5P_DEFAULT, target) < 0) {
        throw new IllegalStateException("the library cannot read at " + start);
      }
    } finally {
      H5Sclose(memory);
      H5Sclose(space);
    }
  }

  @Override
  public void close() {
    H5Dclose(values);
    H5Dclose(indices);
    H5Fclose(file);
  }
}
