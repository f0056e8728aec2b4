package org.syncyte.anndata.h5ad;

import io.jhdf.dataset.chunked.Chunk;
import io.jhdf.dataset.chunked.ChunkedDatasetBase;
import io.jhdf.exceptions.HdfException;
import io.jhdf.filter.PipelineFilterWithData;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/// The chunks of one array: where each lies in the file and how to decode it.
///
/// An array of shape `S` cut into chunks of shape `C` has `ceil(S/C)` chunks along each axis,
/// numbered here in row-major order. A chunk that was never written reads as the fill value.
///
/// A deflate stream can be left as soon as the wanted bytes are out. With rows in file order a
/// block of rows ends in the middle of a chunk on average, so `decode(chunk, limit)` saves a
/// quarter of the work for blocks about one chunk long.
final class Chunks {
  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int FLETCHER32 = 3;
  private static final int LZF = 32000;
  private static final Method LOOKUP = lookup();

  private final H5Array array;
  private final int[] chunkShape;
  private final int[] grid;
  private final long[] addresses;
  private final int[] sizes;
  private final byte[] masks;
  private final int[] filters;
  private final int bytes;
  private final byte[] fill;

  private Chunks(
      H5Array array,
      int[] chunkShape,
      int[] grid,
      long[] addresses,
      int[] sizes,
      byte[] masks,
      int[] filters,
      int bytes,
      byte[] fill) {
    this.array = array;
    this.chunkShape = chunkShape;
    this.grid = grid;
    this.addresses = addresses;
    this.sizes = sizes;
    this.masks = masks;
    this.filters = filters;
    this.bytes = bytes;
    this.fill = fill;
  }

  // jHDF decodes chunks one at a time and hides where they lie.
  private static Method lookup() {
    try {
      var method = ChunkedDatasetBase.class.getDeclaredMethod("getChunkLookup");
      method.setAccessible(true);
      return method;
    } catch (NoSuchMethodException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  static Chunks of(H5Array array, ChunkedDatasetBase dataset) {
    var file = array.file;
    var chunkShape = dataset.getChunkDimensions();
    if (chunkShape.length != array.rank()) {
      throw file.problem(array.element, "has chunks of another rank than its shape");
    }
    var grid = new int[chunkShape.length];
    long count = 1;
    long bytes = array.type.width();
    for (int axis = 0; axis < grid.length; axis++) {
      if (chunkShape[axis] <= 0) {
        throw file.problem(array.element, "has a chunk shape of " + Arrays.toString(chunkShape));
      }
      long along = (array.shape[axis] + chunkShape[axis] - 1) / chunkShape[axis];
      count = multiply(count, along);
      bytes = multiply(bytes, chunkShape[axis]);
      grid[axis] = (int) Math.min(along, Integer.MAX_VALUE);
    }
    if (bytes > Integer.MAX_VALUE / 2) {
      throw file.problem(array.element, "has chunks of %d bytes".formatted(bytes));
    }
    // Every chunk that exists has an entry of 24 bytes or more in an index.
    if (count > file.size() / 8 + 1024) {
      throw file.problem(
          array.element, "announces %d chunks, more than the file can list".formatted(count));
    }
    var filters = dataset.getFilters().stream().mapToInt(PipelineFilterWithData::getId).toArray();
    for (int filter : filters) {
      if (filter != DEFLATE && filter != SHUFFLE && filter != FLETCHER32 && filter != LZF) {
        throw file.problem(
            array.element,
            "is compressed with HDF5 filter %d; save it with gzip, lzf or no compression"
                .formatted(filter));
      }
    }
    var addresses = new long[(int) count];
    Arrays.fill(addresses, -1);
    var sizes = new int[(int) count];
    var masks = new byte[(int) count];
    for (var chunk : index(dataset)) {
      int number = 0;
      boolean inside = true;
      var offset = chunk.getChunkOffset();
      for (int axis = 0; axis < grid.length; axis++) {
        long along = offset[axis] / chunkShape[axis];
        inside &= offset[axis] >= 0 && along < grid[axis];
        number = number * grid[axis] + (int) along;
      }
      if (inside && chunk.getAddress() != -1) {
        addresses[number] = chunk.getAddress();
        sizes[number] = chunk.getSize();
        var mask = chunk.getFilterMask().toByteArray();
        masks[number] = mask.length == 0 ? 0 : mask[0];
      }
    }
    return new Chunks(
        array,
        chunkShape,
        grid,
        addresses,
        sizes,
        masks,
        filters,
        (int) bytes,
        fillBytes(array, dataset));
  }

  private static long multiply(long a, long b) {
    return a != 0 && b > Long.MAX_VALUE / a ? Long.MAX_VALUE : a * b;
  }

  @SuppressWarnings("unchecked")
  private static Iterable<Chunk> index(ChunkedDatasetBase dataset) {
    try {
      return ((Map<?, Chunk>) LOOKUP.invoke(dataset)).values();
    } catch (InvocationTargetException e) {
      throw new HdfException("chunk index of " + dataset.getPath(), e.getCause());
    } catch (IllegalAccessException e) {
      throw new LinkageError("jHDF's chunk index is out of reach", e);
    }
  }

  private static byte[] fillBytes(H5Array array, ChunkedDatasetBase dataset) {
    int width = array.type.width();
    var fill = new byte[width];
    var buffer = ByteBuffer.wrap(fill).order(array.type.order());
    switch (dataset.getFillValue()) {
      case Float value when width == 4 -> buffer.putFloat(value);
      case Double value when width == 8 -> buffer.putDouble(value);
      case Byte value when width == 1 -> buffer.put(value);
      case Short value when width == 2 -> buffer.putShort(value);
      case Integer value when width == 2 -> buffer.putShort(value.shortValue());
      case Integer value when width == 4 -> buffer.putInt(value);
      case Long value when width == 4 -> buffer.putInt(value.intValue());
      case Long value when width == 8 -> buffer.putLong(value);
      case null, default -> {}
    }
    return fill;
  }

  H5File file() {
    return array.file;
  }

  int count() {
    return addresses.length;
  }

  boolean present(int chunk) {
    return addresses[chunk] >= 0;
  }

  /// Decoded bytes of a whole chunk.
  int bytes() {
    return bytes;
  }

  int[] shape() {
    return chunkShape;
  }

  int[] grid() {
    return grid;
  }

  /// Refuses an announced length that the stored bytes cannot yield.
  void checkPlausible(long length) {
    long stored = 0;
    for (int size : sizes) {
      stored += size;
    }
    long most = Math.min(stored, array.file.size()) * H5File.MAX_RATIO + bytes + (1 << 20);
    if (length > most && length > 1 << 20) {
      throw array.file.problem(
          array.element,
          "announces %d bytes but stores only %d; the file is damaged".formatted(length, stored));
    }
  }

  void fill(byte[] target) {
    boolean zero = true;
    for (byte b : fill) {
      zero &= b == 0;
    }
    if (!zero) {
      for (int i = 0; i < target.length; i++) {
        target[i] = fill[i % fill.length];
      }
    }
  }

  /// At least the first `limit` bytes of a chunk.
  byte[] decode(int chunk, int limit) {
    return decode(chunk, limit, null);
  }

  /// As `decode(chunk, limit)`, into `scratch` where the filters allow it.
  byte[] decode(int chunk, int limit, byte @Nullable [] scratch) {
    if (addresses[chunk] < 0) {
      var filled = new byte[limit];
      fill(filled);
      return filled;
    }
    int size = sizes[chunk];
    var element = array.element;
    if (size < 0 || limit > (long) size * H5File.MAX_RATIO + 64) {
      throw damaged(chunk, null);
    }
    var stored = array.file.slice(addresses[chunk], size, element);
    int applied = 0;
    for (int i = 0; i < filters.length; i++) {
      if ((masks[chunk] >> i & 1) == 0) {
        applied++;
      }
    }
    try {
      if (applied == 0) {
        return exactly(stored.asByteBuffer(), limit, chunk);
      }
      if (applied == 1 && filters.length == 1 && filters[0] == DEFLATE) {
        var decoded = scratch == null ? new byte[limit] : scratch;
        if (array.file.pool.inflate.zlib(stored.asByteBuffer(), decoded, limit) != limit) {
          throw damaged(chunk, null);
        }
        return decoded;
      }
      return pipeline(stored.asByteBuffer(), chunk);
    } catch (DataFormatException e) {
      throw damaged(chunk, e);
    }
  }

  private static byte[] copy(ByteBuffer buffer) {
    var copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return copy;
  }

  private byte[] exactly(ByteBuffer buffer, int limit, int chunk) {
    if (buffer.remaining() < limit) {
      throw damaged(chunk, null);
    }
    return copy(buffer.slice(0, limit));
  }

  private byte[] pipeline(ByteBuffer stored, int chunk) throws DataFormatException {
    var data = copy(stored);
    boolean checksummed = false;
    for (int filter : filters) {
      checksummed |= filter == FLETCHER32;
    }
    for (int i = filters.length - 1; i >= 0; i--) {
      if ((masks[chunk] >> i & 1) != 0) {
        continue;
      }
      switch (filters[i]) {
        case DEFLATE -> {
          var inflated = new byte[bytes + (checksummed ? 4 : 0)];
          int done = array.file.pool.inflate.zlib(ByteBuffer.wrap(data), inflated, inflated.length);
          data = done == inflated.length ? inflated : Arrays.copyOf(inflated, done);
        }
        case SHUFFLE -> data = Filters.unshuffle(data, array.type.width());
        case FLETCHER32 -> data = Filters.fletcher32(data);
        case LZF -> data = Filters.lzf(data, bytes + 4);
        default -> throw damaged(chunk, null);
      }
    }
    if (data.length < bytes) {
      throw damaged(chunk, null);
    }
    return data;
  }

  private H5adException damaged(int chunk, @Nullable Exception cause) {
    return array.file.problem(
        array.element,
        "chunk %d at offset %d is damaged".formatted(chunk, addresses[chunk]),
        cause);
  }

  /// Copies a decoded chunk to its place in the whole array.
  void scatter(int chunk, byte[] decoded, byte[] target) {
    int rank = grid.length;
    var start = new long[rank];
    int rest = chunk;
    for (int axis = rank - 1; axis >= 0; axis--) {
      start[axis] = (long) (rest % grid[axis]) * chunkShape[axis];
      rest /= grid[axis];
    }
    int width = array.type.width();
    int last = rank - 1;
    int run = (int) Math.min(chunkShape[last], array.shape[last] - start[last]) * width;
    var at = new int[rank];
    while (true) {
      long to = 0;
      long from = 0;
      boolean inside = true;
      for (int axis = 0; axis < rank; axis++) {
        long position = start[axis] + at[axis];
        inside &= position < array.shape[axis];
        to = to * array.shape[axis] + position;
        from = from * chunkShape[axis] + at[axis];
      }
      if (inside) {
        System.arraycopy(decoded, (int) (from * width), target, (int) (to * width), run);
      }
      int axis = last - 1;
      while (axis >= 0 && ++at[axis] == chunkShape[axis]) {
        at[axis--] = 0;
      }
      if (axis < 0) {
        return;
      }
    }
  }
}
