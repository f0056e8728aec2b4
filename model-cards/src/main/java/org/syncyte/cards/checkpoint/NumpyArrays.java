package org.syncyte.cards.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.Pickled.Bytes;
import org.syncyte.cards.checkpoint.Pickled.Call;
import org.syncyte.cards.checkpoint.Pickled.Tuple;

/// numpy arrays and scalars inside a pickle. Integer and float32 arrays become a `Tensor`; float64,
/// bool, text and object arrays become (nested) lists, so that nothing is rounded.
final class NumpyArrays {
  private static final int MAX_ITEMS = 1 << 26;

  /// An array as the file describes it.
  ///
  /// @param items entries in row-major order, not yet converted when the array holds objects
  record Items(long[] shape, List<@Nullable Object> items) {}

  private final Budget budget;

  NumpyArrays(Budget budget) {
    this.budget = budget;
  }

  static boolean isArray(Call call) {
    return call.target.name().equals("_reconstruct")
        && (call.target.module().equals("numpy.core.multiarray")
            || call.target.module().equals("numpy._core.multiarray"));
  }

  /// The form that pickle protocol 5 gives to arrays of numbers.
  static boolean isBuffer(Call call) {
    return call.target.name().equals("_frombuffer")
        && (call.target.module().equals("numpy.core.numeric")
            || call.target.module().equals("numpy._core.numeric"));
  }

  static boolean isScalar(Call call) {
    return call.target.name().equals("scalar")
        && (call.target.module().equals("numpy.core.multiarray")
            || call.target.module().equals("numpy._core.multiarray"));
  }

  /// A `Tensor` or `Items`, or null if the element type has no plain form.
  @Nullable Object array(Call call) {
    if (!(call.state instanceof Tuple(var state))
        || state.size() != 5
        || !(state.get(1) instanceof Tuple(var shapeItems))
        || !(state.get(2) instanceof Call dtype)) {
      throw new CheckpointException("a numpy array is described in an unknown way");
    }
    var shape = shape(shapeItems);
    int count = StorageType.count(shape, "a numpy array");
    var strides = strides(shape, Boolean.TRUE.equals(state.get(3)));
    return switch (state.get(4)) {
      case Bytes(var data) -> numbers(dtype, data, shape, strides, count);
      case List<?> objects -> new Items(shape, reorder(objects, shape, strides, count));
      case null, default ->
          throw new CheckpointException("a numpy array has data of an unknown kind");
    };
  }

  /// As `array`, for the form of protocol 5.
  @Nullable Object buffer(Call call) {
    if (call.args.size() != 4
        || !(call.args.get(0) instanceof Bytes(var data))
        || !(call.args.get(1) instanceof Call dtype)
        || !(call.args.get(2) instanceof Tuple(var shapeItems))) {
      return null;
    }
    var shape = shape(shapeItems);
    var strides = strides(shape, "F".equals(call.args.get(3)));
    return numbers(dtype, data, shape, strides, StorageType.count(shape, "a numpy array"));
  }

  private static long[] shape(List<@Nullable Object> shapeItems) {
    var shape = new long[shapeItems.size()];
    for (int axis = 0; axis < shape.length; axis++) {
      if (!(shapeItems.get(axis) instanceof Long side)) {
        throw new CheckpointException("a numpy array has a shape that is not whole numbers");
      }
      shape[axis] = side;
    }
    return shape;
  }

  private static long[] strides(long[] shape, boolean columnMajor) {
    return columnMajor && shape.length > 1
        ? columnMajorStrides(shape)
        : StorageType.contiguous(shape);
  }

  /// A number, a truth value or a text; null if the type has no plain form.
  @Nullable Object scalar(Call call) {
    if (call.args.size() == 2
        && call.args.get(0) instanceof Call dtype
        && call.args.get(1) instanceof Bytes(var data)) {
      var value = numbers(dtype, data, new long[0], new long[0], 1);
      return switch (value) {
        case Tensor.Longs longs -> longs.values()[0];
        case Tensor.Floats floats -> (double) floats.values()[0];
        case Items(_, var items) -> items.getFirst();
        case null, default -> null;
      };
    }
    return null;
  }

  private @Nullable Object numbers(
      Call dtype, byte[] bytes, long[] shape, long[] strides, int count) {
    if (dtype.args.isEmpty() || !(dtype.args.getFirst() instanceof String descriptor)) {
      throw new CheckpointException("a numpy array has an unknown element type");
    }
    boolean big = dtype.state instanceof Tuple(var s) && s.size() > 1 && ">".equals(s.get(1));
    var data = ByteBuffer.wrap(bytes).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    var name = descriptor.startsWith("<") ? descriptor.substring(1) : descriptor;
    if (name.matches("[US][0-9]{1,6}")) {
      return text(name, data, big, shape, strides, count);
    }
    var type = StorageType.numpy(name);
    if (type == null || name.isEmpty()) {
      return null;
    }
    fits(bytes.length, count, type.width);
    if (type == StorageType.DOUBLE || type == StorageType.BOOL) {
      budget.take(32L * count, "a numpy array");
      var items = new ArrayList<@Nullable Object>(count);
      for (int i = 0; i < count; i++) {
        if (type == StorageType.DOUBLE) {
          items.add(data.getDouble(i * 8));
        } else {
          items.add(data.get(i) != 0);
        }
      }
      return new Items(shape, reorder(items, shape, strides, count));
    }
    budget.take((long) count * type.memory(), "a numpy array");
    return type.gather(data, 0, shape, strides, count);
  }

  private Items text(
      String name, ByteBuffer data, boolean big, long[] shape, long[] strides, int count) {
    int width = Integer.parseInt(name.substring(1)) * (name.charAt(0) == 'U' ? 4 : 1);
    fits(data.capacity(), count, width);
    budget.take(64L * count + data.capacity(), "a numpy array");
    Charset charset =
        name.charAt(0) == 'S'
            ? StandardCharsets.ISO_8859_1
            : big ? Charset.forName("UTF-32BE") : Charset.forName("UTF-32LE");
    var items = new ArrayList<@Nullable Object>(count);
    for (int i = 0; i < count; i++) {
      var padded = charset.decode(data.slice(i * width, width)).toString();
      int end = padded.length();
      while (end > 0 && padded.charAt(end - 1) == '\0') {
        end--;
      }
      items.add(padded.substring(0, end));
    }
    return new Items(shape, reorder(items, shape, strides, count));
  }

  private static void fits(long bytes, long count, int width) {
    if (bytes != count * width) {
      throw new CheckpointException(
          "a numpy array of %d elements of %d bytes has %d bytes".formatted(count, width, bytes));
    }
  }

  private List<@Nullable Object> reorder(List<?> items, long[] shape, long[] strides, int count) {
    if (items.size() != count || count > MAX_ITEMS) {
      throw new CheckpointException(
          "a numpy array of %d entries lists %d".formatted(count, items.size()));
    }
    budget.take(8L * count, "a numpy array");
    var order = StorageType.INT.gather(positions(count), 0, shape, strides, count);
    var ordered = new ArrayList<@Nullable Object>(count);
    for (long position : ((Tensor.Longs) order).values()) {
      ordered.add(items.get((int) position));
    }
    return ordered;
  }

  private ByteBuffer positions(int count) {
    budget.take(12L * count, "a numpy array");
    var positions = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      positions.putInt(i * 4, i);
    }
    return positions;
  }

  private static long[] columnMajorStrides(long[] shape) {
    var strides = new long[shape.length];
    long step = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      strides[axis] = step;
      step *= Math.max(1, shape[axis]);
    }
    return strides;
  }
}
