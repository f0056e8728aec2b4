package org.syncyte.cards.checkpoint;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The element types of tensors on disk, under the names of torch, numpy and safetensors. Whatever
/// the file holds, a `Tensor` has float32 or int64 in memory: narrower types widen exactly, float64
/// rounds.
enum StorageType {
  FLOAT("FloatStorage", "f4", "F32", 4),
  DOUBLE("DoubleStorage", "f8", "F64", 8),
  HALF("HalfStorage", "f2", "F16", 2),
  BFLOAT16("BFloat16Storage", "", "BF16", 2),
  LONG("LongStorage", "i8", "I64", 8),
  INT("IntStorage", "i4", "I32", 4),
  SHORT("ShortStorage", "i2", "I16", 2),
  CHAR("CharStorage", "i1", "I8", 1),
  BYTE("ByteStorage", "u1", "U8", 1),
  UNSIGNED_SHORT("UInt16Storage", "u2", "U16", 2),
  UNSIGNED_INT("UInt32Storage", "u4", "U32", 4),
  BOOL("BoolStorage", "b1", "BOOL", 1);

  final String torchName;
  final String numpyName;
  final String safetensorsName;
  final int width;

  StorageType(String torchName, String numpyName, String safetensorsName, int width) {
    this.torchName = torchName;
    this.numpyName = numpyName;
    this.safetensorsName = safetensorsName;
    this.width = width;
  }

  static @Nullable StorageType torch(String name) {
    for (var type : values()) {
      if (type.torchName.equals(name)) {
        return type;
      }
    }
    return null;
  }

  static @Nullable StorageType numpy(String descriptor) {
    for (var type : values()) {
      if (type.numpyName.equals(descriptor)) {
        return type;
      }
    }
    return null;
  }

  static @Nullable StorageType safetensors(String name) {
    for (var type : values()) {
      if (type.safetensorsName.equals(name)) {
        return type;
      }
    }
    return null;
  }

  boolean floating() {
    return switch (this) {
      case FLOAT, DOUBLE, HALF, BFLOAT16 -> true;
      case LONG, INT, SHORT, CHAR, BYTE, UNSIGNED_SHORT, UNSIGNED_INT, BOOL -> false;
    };
  }

  /// Bytes that one element takes in memory.
  int memory() {
    return floating() ? 4 : 8;
  }

  float readFloat(ByteBuffer data, int at) {
    return switch (this) {
      case FLOAT -> data.getFloat(at);
      case DOUBLE -> (float) data.getDouble(at);
      case HALF -> Float.float16ToFloat(data.getShort(at));
      case BFLOAT16 -> Float.intBitsToFloat(data.getShort(at) << 16);
      case LONG, INT, SHORT, CHAR, BYTE, UNSIGNED_SHORT, UNSIGNED_INT, BOOL ->
          (float) readLong(data, at);
    };
  }

  long readLong(ByteBuffer data, int at) {
    return switch (this) {
      case LONG -> data.getLong(at);
      case INT -> data.getInt(at);
      case SHORT -> data.getShort(at);
      case CHAR -> data.get(at);
      case BYTE -> data.get(at) & 0xff;
      case UNSIGNED_SHORT -> data.getShort(at) & 0xffff;
      case UNSIGNED_INT -> data.getInt(at) & 0xffffffffL;
      case BOOL -> data.get(at) != 0 ? 1 : 0;
      case FLOAT, DOUBLE, HALF, BFLOAT16 -> throw new IllegalStateException("not whole numbers");
    };
  }

  /// Elements of the given shape, where element `(i, j, ...)` lies at `offset + i s0 + j s1 + ...`.
  /// The caller has checked that all of them are inside `data`.
  Tensor gather(ByteBuffer data, long offset, long[] shape, long[] strides, int count) {
    var floats = new float[floating() ? count : 0];
    var longs = new long[floating() ? 0 : count];
    var index = new long[shape.length];
    long at = offset;
    for (int i = 0; i < count; i++) {
      int position = Math.toIntExact(at * width);
      if (floating()) {
        floats[i] = readFloat(data, position);
      } else {
        longs[i] = readLong(data, position);
      }
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        at -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return floating() ? new Tensor.Floats(shape, floats) : new Tensor.Longs(shape, longs);
  }

  /// Row-major strides, in elements.
  static long[] contiguous(long[] shape) {
    var strides = new long[shape.length];
    long step = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= Math.max(1, shape[axis]);
    }
    return strides;
  }

  /// Number of elements of a shape that came from outside.
  static int count(long[] shape, String what) {
    long count = 1;
    for (long side : shape) {
      if (side < 0 || side > Integer.MAX_VALUE) {
        throw new CheckpointException("%s has a side of %d".formatted(what, side));
      }
      count *= side;
      if (count > Integer.MAX_VALUE - 16) {
        throw new CheckpointException("%s has more than 2^31 elements".formatted(what));
      }
    }
    if (shape.length > 32) {
      throw new CheckpointException("%s has %d dimensions".formatted(what, shape.length));
    }
    return (int) count;
  }
}
