package org.syncyte.cards.checkpoint;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Pickle protocol 2 in the portable encoding: dict, list, text, numbers, None, OrderedDict,
/// tensors, and where a reader insists on them, numpy arrays and torch constraints. No memo is
/// used.
final class PickleWriter {
  private static final String CONSTRAINTS = "torch.distributions.constraints.";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<byte[]> storages = new ArrayList<>();

  PickleWriter() {
    out.write(0x80);
    out.write(2);
  }

  byte[] finish() {
    out.write('.');
    return out.toByteArray();
  }

  /// Raw bytes of the tensors written so far, in the order of their keys.
  List<byte[]> storages() {
    return storages;
  }

  /// Writes a value; tensors inside become numpy arrays if `arrays`, else lists.
  void value(@Nullable Object value, boolean arrays) {
    switch (value) {
      case null -> out.write('N');
      case Boolean truth -> out.write(truth ? 0x88 : 0x89);
      case Long number -> integer(number);
      case Integer number -> integer(number);
      case Double number -> real(number);
      case Float number -> real(number);
      case String text -> text(text);
      case Map<?, ?> map -> {
        out.write('}');
        entries(map, arrays);
      }
      case List<?> list -> list(list, arrays);
      case Tensor tensor -> {
        if (arrays) {
          array(tensor);
        } else {
          nested(tensor, 0, 0);
        }
      }
      case Opaque(var global, var state) when global.startsWith(CONSTRAINTS) -> {
        global(
            CONSTRAINTS.substring(0, CONSTRAINTS.length() - 1),
            global.substring(CONSTRAINTS.length()));
        write(")\u0081");
        if (state instanceof Map<?, ?> fields && !fields.isEmpty()) {
          value(fields, arrays);
          out.write('b');
        }
      }
      default ->
          throw new IllegalArgumentException(
              "a value of type %s cannot be written to a model file; leave it out"
                  .formatted(
                      value instanceof Opaque(var global, _)
                          ? global
                          : value.getClass().getSimpleName()));
    }
  }

  void text(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    little(4).putInt(bytes.length);
    flush();
    out.writeBytes(bytes);
  }

  void mark() {
    out.write('(');
  }

  void emptyDict() {
    out.write('}');
  }

  void setItems() {
    out.write('u');
  }

  void orderedDict() {
    global("collections", "OrderedDict");
    write(")R");
  }

  void tensor(Tensor tensor) {
    var raw = bytes(tensor);
    var key = Integer.toString(storages.size());
    storages.add(raw);
    global("torch._utils", "_rebuild_tensor_v2");
    write("((");
    text("storage");
    global("torch", tensor instanceof Tensor.Floats ? "FloatStorage" : "LongStorage");
    text(key);
    text("cpu");
    integer(raw.length / (tensor instanceof Tensor.Floats ? 4 : 8));
    write("tQ");
    integer(0);
    tuple(tensor.shape());
    tuple(strides(tensor.shape()));
    out.write(0x89);
    orderedDict();
    write("tR");
  }

  private void entries(Map<?, ?> map, boolean arrays) {
    if (map.isEmpty()) {
      return;
    }
    mark();
    map.forEach((key, value) -> {
      text(String.valueOf(key));
      value(value, arrays);
    });
    setItems();
  }

  private void list(List<?> list, boolean arrays) {
    out.write(']');
    if (!list.isEmpty()) {
      mark();
      for (var item : list) {
        value(item, arrays);
      }
      out.write('e');
    }
  }

  private void nested(Tensor tensor, int axis, int start) {
    if (axis == tensor.shape().length) {
      switch (tensor) {
        case Tensor.Floats(_, var values) -> real(values[start]);
        case Tensor.Longs(_, var values) -> integer(values[start]);
      }
      return;
    }
    long step = 1;
    for (int i = axis + 1; i < tensor.shape().length; i++) {
      step *= tensor.shape()[i];
    }
    out.write(']');
    if (tensor.shape()[axis] > 0) {
      mark();
      for (int i = 0; i < tensor.shape()[axis]; i++) {
        nested(tensor, axis + 1, start + (int) (i * step));
      }
      out.write('e');
    }
  }

  /// `numpy.core` is the spelling that numpy 1 and 2 both know.
  private void array(Tensor tensor) {
    global("numpy.core.multiarray", "_reconstruct");
    global("numpy", "ndarray");
    tuple(new long[] {0});
    byteString(new byte[] {'b'});
    write("\u0087R(");
    integer(1);
    tuple(tensor.shape());
    global("numpy", "dtype");
    text(tensor instanceof Tensor.Floats ? "f4" : "i8");
    write("\u0089\u0088\u0087R(");
    integer(3);
    text("<");
    write("NNN");
    integer(-1);
    integer(-1);
    integer(0);
    write("tb\u0089");
    byteString(bytes(tensor));
    write("tb");
  }

  /// Protocol 2 has no byte strings: they are text to be encoded.
  private void byteString(byte[] bytes) {
    global("_codecs", "encode");
    text(new String(bytes, StandardCharsets.ISO_8859_1));
    text("latin1");
    write("\u0086R");
  }

  private void tuple(long[] items) {
    if (items.length > 3) {
      mark();
    }
    for (long item : items) {
      integer(item);
    }
    out.write(
        switch (items.length) {
          case 0 -> ')';
          case 1 -> 0x85;
          case 2 -> 0x86;
          case 3 -> 0x87;
          default -> 't';
        });
  }

  private void integer(long value) {
    if (value >= 0 && value < 256) {
      out.write('K');
      out.write((int) value);
    } else if (value >= 0 && value < 65_536) {
      out.write('M');
      little(2).putShort((short) value);
      flush();
    } else if (value == (int) value) {
      out.write('J');
      little(4).putInt((int) value);
      flush();
    } else {
      // Python's own length: enough bytes for the magnitude and a sign.
      int length = (BigInteger.valueOf(value).abs().bitLength() + 8) / 8;
      out.write(0x8a);
      out.write(length);
      for (int i = 0; i < length; i++) {
        out.write((int) (i < 8 ? value >> 8 * i : value >> 63));
      }
    }
  }

  private void real(double value) {
    out.write('G');
    out.writeBytes(ByteBuffer.allocate(8).putDouble(value).array());
  }

  private void global(String module, String name) {
    write("c" + module + "\n" + name + "\n");
  }

  private void write(String latin1) {
    out.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  private ByteBuffer scratch = ByteBuffer.allocate(0);

  private ByteBuffer little(int length) {
    scratch = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    return scratch;
  }

  private void flush() {
    out.writeBytes(scratch.array());
  }

  static byte[] bytes(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Floats(_, var values) -> {
        var buffer =
            ByteBuffer.allocate(Math.multiplyExact(values.length, 4))
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        yield buffer.array();
      }
      case Tensor.Longs(_, var values) -> {
        var buffer =
            ByteBuffer.allocate(Math.multiplyExact(values.length, 8))
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.asLongBuffer().put(values);
        yield buffer.array();
      }
    };
  }

  private static long[] strides(long[] shape) {
    var strides = new long[shape.length];
    long step = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= shape[axis];
    }
    return strides;
  }
}
