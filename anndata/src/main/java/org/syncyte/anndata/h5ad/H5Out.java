package org.syncyte.anndata.h5ad;

import static org.bytedeco.hdf5.global.hdf5.*;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/// An HDF5 file being written through the HDF Group's library.
///
/// The library builds the file in memory and this class puts the bytes on disk: when a disk is full
/// the library can neither close its file nor let go of it, and takes the process down at exit. The
/// image is compressed, so it is a fraction of the data it was made from.
///
/// The library is not safe for several threads, so one lock covers every file. Types, attributes
/// and storage follow what h5py writes: UTF-8 text of variable length, truth values as an
/// enumeration, no time stamps, so equal input gives equal bytes.
final class H5Out implements AutoCloseable {
  static final ReentrantLock LOCK = new ReentrantLock();
  private static final long GROWTH = 1 << 22;
  private static final int PIECE = 1 << 24;

  // The bindings refuse native memory by the size of the heap, counting mapped files as well.
  static {
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
  }

  private final Path path;
  private final long file;
  private final long text;
  private final long bool;

  H5Out(Path path) {
    this.path = path;
    LOCK.lock();
    try {
      Loader.load(hdf5.class);
      check(H5open(), "starting the library");
      check(H5Eset_auto2(H5E_DEFAULT, (org.bytedeco.hdf5.H5E_auto2_t) null, null), "errors");
      long access = check(H5Pcreate(H5P_CLS_FILE_ACCESS_ID_g()), "file");
      check(H5Pset_fapl_core(access, GROWTH, false), "file");
      check(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "file");
      file = check(H5Fcreate(path.toString(), H5F_ACC_TRUNC(), H5P_DEFAULT, access), "file");
      H5Pclose(access);
      text = check(H5Tcopy(H5T_C_S1_g()), "text type");
      check(H5Tset_size(text, H5T_VARIABLE()), "text type");
      check(H5Tset_cset(text, H5T_CSET_UTF8), "text type");
      bool = check(H5Tenum_create(H5T_STD_I8LE_g()), "bool type");
      try (var zero = new BytePointer(new byte[] {0});
          var one = new BytePointer(new byte[] {1})) {
        check(H5Tenum_insert(bool, "FALSE", zero), "bool type");
        check(H5Tenum_insert(bool, "TRUE", one), "bool type");
      }
    } catch (RuntimeException e) {
      LOCK.unlock();
      throw e;
    }
  }

  private long check(long result, String doing) {
    if (result < 0) {
      throw new UncheckedIOException(
          new IOException(
              "%s cannot be written: the HDF5 library fails at '%s'"
                  .formatted(path.getFileName(), doing)));
    }
    return result;
  }

  long root() {
    return file;
  }

  long group(long parent, String name) {
    long properties = check(H5Pcreate(H5P_CLS_GROUP_CREATE_ID_g()), "group");
    try {
      return check(H5Gcreate2(parent, name, H5P_DEFAULT, properties, H5P_DEFAULT), name);
    } finally {
      H5Pclose(properties);
    }
  }

  void closeGroup(long group) {
    check(H5Gclose(group), "closing a group");
  }

  void encoding(long object, String type, String version) {
    attribute(object, "encoding-type", type);
    attribute(object, "encoding-version", version);
  }

  void attribute(long object, String name, String value) {
    try (var texts = new Texts(List.of(value))) {
      attribute(object, name, text, new long[0], texts.pointer);
    }
  }

  void attribute(long object, String name, List<String> values) {
    if (values.isEmpty()) {
      try (var none = new BytePointer(8)) {
        attribute(object, name, H5T_IEEE_F64LE_g(), new long[] {0}, none);
      }
      return;
    }
    try (var texts = new Texts(values)) {
      attribute(object, name, text, new long[] {values.size()}, texts.pointer);
    }
  }

  void attribute(long object, String name, boolean value) {
    try (var pointer = new BytePointer(new byte[] {(byte) (value ? 1 : 0)})) {
      attribute(object, name, bool, new long[0], pointer);
    }
  }

  void attribute(long object, String name, long... values) {
    try (var pointer = new LongPointer(values)) {
      attribute(object, name, H5T_STD_I64LE_g(), new long[] {values.length}, pointer);
    }
  }

  private void attribute(long object, String name, long type, long[] shape, Pointer value) {
    long space = space(shape);
    long attribute =
        check(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), "attribute " + name);
    try {
      check(H5Awrite(attribute, type, value), "attribute " + name);
    } finally {
      H5Aclose(attribute);
      H5Sclose(space);
    }
  }

  private long space(long[] shape) {
    return check(
        shape.length == 0
            ? H5Screate(H5S_SCALAR)
            : H5Screate_simple(shape.length, shape, (long[]) null),
        "shape");
  }

  /// What the elements of an array are.
  enum Element {
    BOOL(1),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FLOAT32(4),
    FLOAT64(8);

    final int width;

    Element(int width) {
      this.width = width;
    }
  }

  private long type(Element element) {
    return switch (element) {
      case BOOL -> bool;
      case INT8 -> H5T_STD_I8LE_g();
      case INT16 -> H5T_STD_I16LE_g();
      case INT32 -> H5T_STD_I32LE_g();
      case INT64 -> H5T_STD_I64LE_g();
      case FLOAT32 -> H5T_IEEE_F32LE_g();
      case FLOAT64 -> H5T_IEEE_F64LE_g();
    };
  }

  /// Writes an array and returns it open, for attributes; pass it to `closeArray`. Arrays of more
  /// than a few kilobytes are cut into chunks that `source` yields and the pool deflates.
  long array(long parent, String name, Element element, long[] shape, Deflated.Source source) {
    long bytes = element.width;
    for (long length : shape) {
      bytes *= length;
    }
    if (shape.length == 0 || bytes < 4096) {
      return small(parent, name, element, shape, source.bytes(0, (int) bytes));
    }
    var chunkShape = Deflated.chunkShape(shape, element.width);
    long array = chunked(parent, name, element, shape, chunkShape);
    Deflated.each(
        shape,
        chunkShape,
        element.width,
        source,
        (offset, deflated) -> chunk(array, name, offset, deflated));
    return array;
  }

  /// Opens an array that is written piece by piece and may end shorter than `shape`.
  GrowingArray growing(long parent, String name, Element element, long[] shape) {
    var chunkShape = Deflated.chunkShape(shape, element.width);
    long array = chunked(parent, name, element, shape, chunkShape);
    return new GrowingArray(this, array, name, shape, chunkShape, element.width);
  }

  private long chunked(long parent, String name, Element element, long[] shape, long[] chunkShape) {
    long properties = check(H5Pcreate(H5P_CLS_DATASET_CREATE_ID_g()), name);
    long space = space(shape);
    try {
      check(H5Pset_obj_track_times(properties, false), name);
      check(H5Pset_chunk(properties, shape.length, chunkShape), name);
      check(H5Pset_deflate(properties, Deflated.LEVEL), name);
      return check(
          H5Dcreate2(parent, name, type(element), space, H5P_DEFAULT, properties, H5P_DEFAULT),
          name);
    } finally {
      H5Sclose(space);
      H5Pclose(properties);
    }
  }

  void chunk(long array, String name, long[] offset, byte[] deflated) {
    try (var pointer = new BytePointer(deflated)) {
      check(H5Dwrite_chunk(array, H5P_DEFAULT, 0, offset, deflated.length, pointer), name);
    }
  }

  void cut(long array, String name, long[] shape) {
    check(H5Dset_extent(array, shape), name);
  }

  private long small(long parent, String name, Element element, long[] shape, ByteBuffer bytes) {
    var copy = new byte[Math.max(8, bytes.remaining())];
    bytes.get(copy, 0, bytes.remaining());
    try (var pointer = new BytePointer(copy)) {
      return plain(parent, name, type(element), shape, pointer);
    }
  }

  private long plain(long parent, String name, long type, long[] shape, Pointer value) {
    long properties = check(H5Pcreate(H5P_CLS_DATASET_CREATE_ID_g()), name);
    long space = space(shape);
    try {
      check(H5Pset_obj_track_times(properties, false), name);
      long array =
          check(H5Dcreate2(parent, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT), name);
      check(H5Dwrite(array, type, H5S_ALL(), H5S_ALL(), H5P_DEFAULT, value), name);
      return array;
    } finally {
      H5Sclose(space);
      H5Pclose(properties);
    }
  }

  /// Writes texts; `shape` of length 0 writes one.
  long texts(long parent, String name, List<String> values, long[] shape) {
    try (var texts = new Texts(values)) {
      return plain(parent, name, text, shape, texts.pointer);
    }
  }

  void closeArray(long array) {
    check(H5Dclose(array), "closing an array");
  }

  /// Texts in native memory, as the library takes them: a list of pointers.
  private static final class Texts implements AutoCloseable {
    private final BytePointer bytes;
    final PointerPointer<Pointer> pointer;

    Texts(List<String> values) {
      var encoded = values.stream().map(v -> v.getBytes(StandardCharsets.UTF_8)).toList();
      long total = 8;
      for (var one : encoded) {
        total += one.length + 1;
      }
      bytes = new BytePointer(total);
      pointer = new PointerPointer<>(Math.max(1, values.size()));
      long at = 0;
      for (int i = 0; i < encoded.size(); i++) {
        var one = encoded.get(i);
        bytes.position(at).put(one, 0, one.length);
        bytes.position(at + one.length).put((byte) 0);
        pointer.put(i, bytes.position(at));
        at += one.length + 1;
      }
      bytes.position(0);
    }

    @Override
    public void close() {
      pointer.close();
      bytes.close();
    }
  }

  /// Puts the finished file on disk, from where the library holds it: a copy of it would be more
  /// than a small heap lets native code take.
  void save(FileChannel disk) throws IOException {
    check(H5Fflush(file, H5F_SCOPE_LOCAL), "flushing");
    long size = check(H5Fget_file_image(file, null, 0), "image");
    try (var handle = new PointerPointer<Pointer>(1)) {
      check(H5Fget_vfd_handle(file, H5P_DEFAULT, handle), "image");
      var place = new PointerPointer<BytePointer>(handle.get(0));
      var image = place.get(BytePointer.class, 0).capacity(size);
      for (long at = 0; at < size; at += PIECE) {
        var piece = image.position(at).limit(Math.min(size, at + PIECE)).asByteBuffer();
        while (piece.hasRemaining()) {
          disk.write(piece);
        }
        image.limit(size);
      }
    }
  }

  @Override
  public void close() {
    try {
      H5Tclose(text);
      H5Tclose(bool);
      H5Fclose(file);
    } finally {
      LOCK.unlock();
    }
  }
}
