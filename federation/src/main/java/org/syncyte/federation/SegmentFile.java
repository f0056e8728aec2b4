package org.syncyte.federation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Named arrays in one blob: sums, clip bounds, whatever is too long for a message.
///
/// Layout: 8 bytes little-endian length of the header; the header, canonical JSON
/// `{"segments":[{"dtype":"I64","length":3,"name":"s1","offset":0}],"version":1}`; then the arrays,
/// little-endian, one after the other without gaps, offsets counted in bytes from the end of the
/// header. The same arrays in the same order give the same bytes.
public final class SegmentFile {
  private static final int MAX_HEADER = 1 << 20;
  private static final int MAX_SEGMENTS = 4096;

  private enum Dtype {
    I32(4),
    I64(8),
    F32(4),
    F64(8);

    private final int width;

    Dtype(int width) {
      this.width = width;
    }
  }

  private final Map<String, Object> arrays;

  private SegmentFile(Map<String, Object> arrays) {
    this.arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
  }

  public static SegmentFile empty() {
    return new SegmentFile(Map.of());
  }

  /// This file and one more array: `int[]`, `long[]`, `float[]` or `double[]`.
  public SegmentFile with(String name, Object array) {
    dtype(array);
    if (arrays.containsKey(name)) {
      throw new IllegalArgumentException("segment '%s' is there already".formatted(name));
    }
    var more = new LinkedHashMap<>(arrays);
    more.put(name, array);
    return new SegmentFile(more);
  }

  public List<String> names() {
    return List.copyOf(arrays.keySet());
  }

  public long[] longs(String name) {
    return array(name, long[].class);
  }

  public int[] ints(String name) {
    return array(name, int[].class);
  }

  public double[] doubles(String name) {
    return array(name, double[].class);
  }

  public float[] floats(String name) {
    return array(name, float[].class);
  }

  private <T> T array(String name, Class<T> type) {
    Object array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          "segment '%s' is missing; the file holds %s".formatted(name, arrays.keySet()));
    }
    if (!type.isInstance(array)) {
      throw new IllegalArgumentException(
          "segment '%s' holds %s, not %s"
              .formatted(name, dtype(array), type.getComponentType().getSimpleName()));
    }
    return type.cast(array);
  }

  public byte[] encode() {
    var segments = new ArrayList<Map<String, Object>>();
    long offset = 0;
    for (var entry : arrays.entrySet()) {
      Dtype dtype = dtype(entry.getValue());
      int length = length(entry.getValue());
      segments.add(
          Map.of(
              "name", entry.getKey(), "dtype", dtype.name(), "length", length, "offset", offset));
      offset += (long) length * dtype.width;
    }
    byte[] header = Canonical.bytes(Map.of("version", 1, "segments", segments));
    var out = ByteBuffer.allocate(Math.toIntExact(8 + header.length + offset));
    out.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header);
    for (Object array : arrays.values()) {
      put(out, array);
    }
    return out.array();
  }

  /// @throws IllegalArgumentException if the bytes are not a whole segment file
  public static SegmentFile decode(byte[] bytes) {
    if (bytes.length < 8) {
      throw bad("%d bytes are too few".formatted(bytes.length));
    }
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long headerLength = in.getLong();
    if (headerLength < 2 || headerLength > MAX_HEADER || headerLength > bytes.length - 8) {
      throw bad("the header cannot be %d bytes long".formatted(headerLength));
    }
    byte[] header = new byte[(int) headerLength];
    in.get(header);
    var fields = Canonical.object(header);
    if (!Long.valueOf(1).equals(fields.get("version"))) {
      throw bad("version %s is unknown".formatted(fields.get("version")));
    }
    if (!(fields.get("segments") instanceof List<?> segments) || segments.size() > MAX_SEGMENTS) {
      throw bad("'segments' must list at most %d arrays".formatted(MAX_SEGMENTS));
    }
    var arrays = new LinkedHashMap<String, Object>();
    for (Object segment : segments) {
      readSegment(segment, in, bytes.length - 8 - headerLength, arrays);
    }
    if (in.hasRemaining()) {
      throw bad("%d bytes follow the last segment".formatted(in.remaining()));
    }
    return new SegmentFile(arrays);
  }

  private static void readSegment(
      Object segment, ByteBuffer in, long dataLength, Map<String, Object> arrays) {
    if (!(segment instanceof Map<?, ?> map)
        || !(map.get("name") instanceof String name)
        || !(map.get("dtype") instanceof String type)
        || !(map.get("length") instanceof Long length)
        || !(map.get("offset") instanceof Long offset)) {
      throw bad("a segment needs name, dtype, length and offset");
    }
    Dtype dtype = null;
    for (Dtype known : Dtype.values()) {
      if (known.name().equals(type)) {
        dtype = known;
      }
    }
    if (dtype == null) {
      throw bad("dtype '%s' is unknown".formatted(type));
    }
    if (offset != dataLength - in.remaining()) {
      throw bad("segment '%s' does not follow the one before".formatted(name));
    }
    if (length < 0 || length > in.remaining() / dtype.width) {
      throw bad("segment '%s' of %d values leaves the file".formatted(name, length));
    }
    if (arrays.put(name, take(in, dtype, length.intValue())) != null) {
      throw bad("segment '%s' is there twice".formatted(name));
    }
  }

  private static Object take(ByteBuffer in, Dtype dtype, int length) {
    int end = in.position() + length * dtype.width;
    var view = in.slice(in.position(), length * dtype.width).order(ByteOrder.LITTLE_ENDIAN);
    in.position(end);
    return switch (dtype) {
      case I32 -> {
        int[] array = new int[length];
        view.asIntBuffer().get(array);
        yield array;
      }
      case I64 -> {
        long[] array = new long[length];
        view.asLongBuffer().get(array);
        yield array;
      }
      case F32 -> {
        float[] array = new float[length];
        view.asFloatBuffer().get(array);
        yield array;
      }
      case F64 -> {
        double[] array = new double[length];
        view.asDoubleBuffer().get(array);
        yield array;
      }
    };
  }

  private static void put(ByteBuffer out, Object array) {
    switch (array) {
      case int[] values -> out.asIntBuffer().put(values);
      case long[] values -> out.asLongBuffer().put(values);
      case float[] values -> out.asFloatBuffer().put(values);
      case double[] values -> out.asDoubleBuffer().put(values);
      default -> throw new IllegalStateException("unknown array");
    }
    out.position(out.position() + length(array) * dtype(array).width);
  }

  private static Dtype dtype(Object array) {
    return switch (array) {
      case int[] _ -> Dtype.I32;
      case long[] _ -> Dtype.I64;
      case float[] _ -> Dtype.F32;
      case double[] _ -> Dtype.F64;
      default ->
          throw new IllegalArgumentException(
              "a segment holds int[], long[], float[] or double[], not "
                  + array.getClass().getSimpleName());
    };
  }

  private static int length(Object array) {
    return java.lang.reflect.Array.getLength(array);
  }

  private static IllegalArgumentException bad(String why) {
    return new IllegalArgumentException("not a segment file: " + why);
  }

  /// Names as a blob: UTF-8, one a line.
  public static byte[] lines(List<String> names) {
    var text = new StringBuilder();
    for (String name : names) {
      if (name.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("a name must not hold a line break");
      }
      text.append(name).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// The names of [#lines(List)].
  public static List<String> lines(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).lines().toList();
  }
}
