package org.syncyte.anndata.h5ad;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.dataset.CompactDataset;
import io.jhdf.dataset.chunked.ChunkedDatasetBase;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An array of a file. Small ones are read whole; the chunks of large ones are reached one by one
/// through `chunks()`.
final class H5Array {
  final H5File file;
  final String element;
  final H5Type type;
  final long[] shape;
  private final Dataset dataset;

  H5Array(H5File file, Dataset dataset) {
    this.file = file;
    this.dataset = dataset;
    this.element = dataset.getPath();
    this.type = H5Type.of(dataset.getDataType(), file, element);
    this.shape = dataset.getDimensionsAsLong();
    long size = 1;
    for (long length : shape) {
      if (length < 0 || length != 0 && size > Long.MAX_VALUE / 16 / length) {
        throw file.problem(element, "has the impossible shape " + Arrays.toString(shape));
      }
      size *= length;
    }
  }

  static boolean isNull(Dataset dataset) {
    return dataset.getDataLayout() == io.jhdf.object.message.DataLayout.CONTIGUOUS
        && dataset.isEmpty()
        && dataset.getSize() <= 1
        && dataset.getDimensionsAsLong().length == 0;
  }

  int rank() {
    return shape.length;
  }

  long size() {
    long size = 1;
    for (long length : shape) {
      size *= length;
    }
    return size;
  }

  int length() {
    if (rank() > 1) {
      throw file.problem(element, "has %d axes where one is expected".formatted(rank()));
    }
    return fits(size());
  }

  private int fits(long size) {
    if (size * type.width() > Integer.MAX_VALUE - 64) {
      throw file.problem(element, "has %d entries, too many to hold in one array".formatted(size));
    }
    return (int) size;
  }

  boolean chunked() {
    return dataset instanceof ChunkedDatasetBase;
  }

  /// The chunk index of an array that has one.
  Chunks chunks() {
    return Chunks.of(this, (ChunkedDatasetBase) dataset);
  }

  Dataset dataset() {
    return dataset;
  }

  /// All elements as stored, in row-major order.
  ByteBuffer whole() {
    int count = fits(size());
    int length = count * type.width();
    if (length == 0) {
      return ByteBuffer.allocate(0);
    }
    return switch (dataset) {
      case ContiguousDataset contiguous -> contiguous(contiguous, length);
      case CompactDataset compact -> {
        var buffer = compact.getDataBuffer();
        if (buffer.remaining() < length) {
          throw file.problem(element, "is shorter than its shape says");
        }
        yield buffer;
      }
      case ChunkedDatasetBase _ -> fromChunks(length);
      default -> throw file.problem(element, "is stored in a way that is not supported");
    };
  }

  /// Refuses an array that announces more than the file can hold.
  ///
  /// @param chunks its chunks, or null if it has none
  void checkPlausible(@Nullable Chunks chunks) {
    long length = size() * type.width();
    if (chunks != null) {
      chunks.checkPlausible(length);
    } else if (dataset instanceof ContiguousDataset contiguous
        && contiguous.getDataAddress() != -1) {
      file.slice(contiguous.getDataAddress(), length, element);
    } else if (length > 1 << 20 && length / H5File.MAX_RATIO > file.size()) {
      throw file.problem(element, "announces more data than the file can hold");
    }
  }

  private ByteBuffer contiguous(ContiguousDataset contiguous, int length) {
    if (contiguous.getDataAddress() == -1) {
      checkPlausible(null);
      return ByteBuffer.allocate(length);
    }
    return file.slice(contiguous.getDataAddress(), length, element).asByteBuffer();
  }

  /// A window on an uncompressed array.
  ByteBuffer window(long from, int count) {
    if (!(dataset instanceof ContiguousDataset contiguous)) {
      return whole().slice((int) from * type.width(), count * type.width());
    }
    if (contiguous.getDataAddress() == -1) {
      return ByteBuffer.allocate(count * type.width());
    }
    return file.slice(
            contiguous.getDataAddress() + from * type.width(), (long) count * type.width(), element)
        .asByteBuffer();
  }

  private ByteBuffer fromChunks(int length) {
    var chunks = chunks();
    chunks.checkPlausible(length);
    var target = new byte[length];
    chunks.fill(target);
    var present = IntStream.range(0, chunks.count()).boxed().toList();
    file.pool.each(
        present,
        chunk -> {
          if (chunks.present(chunk)) {
            chunks.scatter(chunk, chunks.decode(chunk, chunks.bytes()), target);
          }
        });
    return ByteBuffer.wrap(target);
  }

  String[] strings() {
    return decode(() -> type.strings(whole(), fits(size())));
  }

  int[] ints() {
    return decode(() -> type.ints(whole(), fits(size())));
  }

  long[] longs() {
    return decode(() -> type.longs(whole(), fits(size())));
  }

  double[] doubles() {
    return decode(() -> type.doubles(whole(), fits(size())));
  }

  float[] floats() {
    return decode(() -> {
      if (type.text()) {
        throw file.problem(element, "holds text, not numbers");
      }
      var buffer = whole();
      var floats = new float[fits(size())];
      type.floats(buffer, floats.length, floats, 0);
      return floats;
    });
  }

  boolean[] booleans() {
    var longs = longs();
    var booleans = new boolean[longs.length];
    for (int i = 0; i < longs.length; i++) {
      booleans[i] = longs[i] != 0;
    }
    return booleans;
  }

  private <T> T decode(Supplier<T> read) {
    try {
      return read.get();
    } catch (IndexOutOfBoundsException | java.nio.BufferUnderflowException e) {
      throw file.problem(element, "is damaged: it is shorter than its shape says", e);
    }
  }

  List<String> names() {
    return List.of(strings());
  }
}
