package org.syncyte.anndata.h5ad;

import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// How the elements of an array or attribute are stored, and how to decode them.
record H5Type(Kind kind, int width, boolean signed, ByteOrder order, H5File file, String element) {
  enum Kind {
    INT,
    FLOAT,
    BOOL,
    FIXED_TEXT,
    HEAP_TEXT
  }

  static H5Type of(DataType type, H5File file, String element) {
    int width = type.getSize();
    var little = ByteOrder.LITTLE_ENDIAN;
    return switch (type) {
      case FixedPoint number when width == 1 || width == 2 || width == 4 || width == 8 ->
          new H5Type(Kind.INT, width, number.isSigned(), number.getByteOrder(), file, element);
      case FloatingPoint number when width == 2 || width == 4 || width == 8 ->
          new H5Type(Kind.FLOAT, width, true, number.getByteOrder(), file, element);
      case EnumDataType named when width == 1 && named.getEnumMapping().containsValue("TRUE") ->
          new H5Type(Kind.BOOL, 1, true, little, file, element);
      case StringData _ when width > 0 ->
          new H5Type(Kind.FIXED_TEXT, width, false, little, file, element);
      case VariableLength text when text.isVariableLengthString() && width == 16 ->
          new H5Type(Kind.HEAP_TEXT, width, false, little, file, element);
      default ->
          throw file.problem(
              element,
              "holds elements of type %s and %d bytes, which no current anndata writes"
                  .formatted(type.getClass().getSimpleName(), width));
    };
  }

  boolean text() {
    return kind == Kind.FIXED_TEXT || kind == Kind.HEAP_TEXT;
  }

  String[] strings(ByteBuffer buffer, int count) {
    var bytes = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    var strings = new String[count];
    for (int i = 0; i < count; i++) {
      strings[i] =
          switch (kind) {
            case HEAP_TEXT ->
                file.heap.text(
                    bytes.getInt(i * 16),
                    bytes.getLong(i * 16 + 4),
                    bytes.getInt(i * 16 + 12),
                    element);
            case FIXED_TEXT -> fixed(bytes, i * width);
            case INT, BOOL, FLOAT -> throw file.problem(element, "holds numbers, not text");
          };
    }
    return strings;
  }

  private String fixed(ByteBuffer bytes, int from) {
    int end = from;
    while (end < from + width && bytes.get(end) != 0) {
      end++;
    }
    while (end > from && bytes.get(end - 1) == ' ') {
      end--;
    }
    var text = new byte[end - from];
    bytes.get(from, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  long[] longs(ByteBuffer buffer, int count) {
    var bytes = buffer.slice().order(order);
    var longs = new long[count];
    for (int i = 0; i < count; i++) {
      longs[i] =
          switch (kind) {
            case INT, BOOL -> whole(bytes, i);
            case FLOAT -> exact(number(bytes, i));
            case FIXED_TEXT, HEAP_TEXT -> throw file.problem(element, "holds text, not numbers");
          };
    }
    return longs;
  }

  int[] ints(ByteBuffer buffer, int count) {
    var ints = new int[count];
    ints(buffer, count, ints, 0);
    return ints;
  }

  /// Fills `target[at .. at+count)`.
  void ints(ByteBuffer buffer, int count, int[] target, int at) {
    var bytes = buffer.slice().order(order);
    if (kind == Kind.INT && width == 4 && signed) {
      bytes.asIntBuffer().get(target, at, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      long value = kind == Kind.FLOAT ? exact(number(bytes, i)) : whole(bytes, i);
      if (value != (int) value) {
        throw file.problem(element, "entry %d is %d, more than 31 bits".formatted(i, value));
      }
      target[at + i] = (int) value;
    }
  }

  double[] doubles(ByteBuffer buffer, int count) {
    var bytes = buffer.slice().order(order);
    var doubles = new double[count];
    for (int i = 0; i < count; i++) {
      doubles[i] = kind == Kind.FLOAT ? number(bytes, i) : whole(bytes, i);
    }
    return doubles;
  }

  /// Fills `target[at .. at+count)`.
  void floats(ByteBuffer buffer, int count, float[] target, int at) {
    var bytes = buffer.slice().order(order);
    if (kind == Kind.FLOAT && width == 4) {
      bytes.asFloatBuffer().get(target, at, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      target[at + i] = kind == Kind.FLOAT ? (float) number(bytes, i) : whole(bytes, i);
    }
  }

  private double number(ByteBuffer bytes, int i) {
    return switch (width) {
      case 2 -> Float.float16ToFloat(bytes.getShort(i * 2));
      case 4 -> bytes.getFloat(i * 4);
      default -> bytes.getDouble(i * 8);
    };
  }

  private long whole(ByteBuffer bytes, int i) {
    if (text()) {
      throw file.problem(element, "holds text, not numbers");
    }
    return switch (width) {
      case 1 -> signed ? bytes.get(i) : bytes.get(i) & 0xff;
      case 2 -> signed ? bytes.getShort(i * 2) : bytes.getShort(i * 2) & 0xffff;
      case 4 -> signed ? bytes.getInt(i * 4) : bytes.getInt(i * 4) & 0xffffffffL;
      default -> {
        long value = bytes.getLong(i * 8);
        if (!signed && value < 0) {
          throw file.problem(element, "entry %d is more than 63 bits".formatted(i));
        }
        yield value;
      }
    };
  }

  private long exact(double value) {
    if (value != Math.rint(value) || Math.abs(value) > 1e15) {
      throw file.problem(element, "%s is not a whole number".formatted(value));
    }
    return (long) value;
  }
}
