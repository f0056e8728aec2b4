package org.syncyte.web;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// A map of cells as a browser draws it: two bytes a coordinate, one or two bytes a colour.
///
///     "SYMP"  n (4 bytes)  header (n bytes of JSON, padded with spaces to a multiple of 4)  data
///
/// | buffer | data, little-endian |
/// |---|---|
/// | places | 16 bits of x and of y for each cell, 0 to 65534 over the range that the header gives; 65535 for a cell without a place |
/// | column of categories | the code of each cell in 8 or 16 bits, as the header says |
/// | column of numbers | 16 bits for each cell, 0 to 65534 over the header's range |
///
/// A code with all bits set means "not known". Cells come in an order of chance that is the same in
/// all buffers of a map: any first part of them is an even sample of all, no group hides another
/// because it was stored last, and the order says nothing about a cell. The step of a coordinate
/// is 1/65534 of the map's side, a thirtieth of a pixel on a screen of 2,000.
public final class MapPoints {
  /// Stands in addresses, since browsers keep what they have.
  public static final int VERSION = 1;

  private static final int UNKNOWN = 0xffff;
  private static final int TOP = 0xfffe;

  private MapPoints() {}

  /// Where the cells are.
  public static byte[] places(LatentMap map) {
    var order = order(map.cells());
    var x = Span.of(map.x(), map.y());
    var y = Span.of(map.y(), map.x());
    var header =
        new StringBuilder("{\"cells\":")
            .append(map.cells())
            .append(",\"x\":")
            .append(x.json())
            .append(",\"y\":")
            .append(y.json())
            .append(",\"columns\":");
    strings(header, List.copyOf(map.columns()));
    var bytes = open(header.append('}'), 4L * map.cells());
    for (var cell : order) {
      var px = x.step(map.x()[cell]);
      var py = y.step(map.y()[cell]);
      var nowhere = px == UNKNOWN || py == UNKNOWN;
      bytes.putShort((short) (nowhere ? UNKNOWN : px)).putShort((short) (nowhere ? UNKNOWN : py));
    }
    return bytes.array();
  }

  /// What one column says of the cells.
  public static byte[] column(LatentMap map, String name) {
    var header = new StringBuilder("{\"name\":");
    quote(header, name);
    var coding = map.coding(name);
    header.append(",\"categories\":");
    strings(header, coding.categories());
    header.append(",\"counts\":").append(Arrays.toString(coding.counts()));
    var values = map.numbers().get(name);
    if (values != null && map.measured(name)) {
      return numbers(map, values, header);
    }
    var wide = coding.categories().size() > 255;
    var bytes =
        open(
            header.append(",\"bytes\":").append(wide ? 2 : 1).append('}'),
            (wide ? 2L : 1L) * map.cells());
    for (var cell : order(map.cells())) {
      if (wide) {
        bytes.putShort(coding.codes()[cell]);
      } else {
        bytes.put((byte) coding.codes()[cell]);
      }
    }
    return bytes.array();
  }

  private static byte[] numbers(LatentMap map, float[] values, StringBuilder header) {
    var span = Span.of(values, values);
    var ranges = LatentMap.Ranges.of(values);
    header
        .append(",\"bytes\":2,\"range\":")
        .append(span.json())
        .append(",\"colours\":")
        .append(new Span(ranges.low(), ranges.high()).json());
    var bytes = open(header.append('}'), 2L * map.cells());
    for (var cell : order(map.cells())) {
      bytes.putShort((short) span.step(values[cell]));
    }
    return bytes.array();
  }

  private static ByteBuffer open(StringBuilder header, long data) {
    var text = header.toString().getBytes(StandardCharsets.UTF_8);
    var padded = Arrays.copyOf(text, (text.length + 3) / 4 * 4);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return ByteBuffer.allocate(Math.toIntExact(8 + padded.length + data))
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("SYMP".getBytes(StandardCharsets.US_ASCII))
        .putInt(padded.length)
        .put(padded);
  }

  private static int[] order(int cells) {
    var order = new int[cells];
    var random = new Random(cells);
    for (var i = 0; i < cells; i++) {
      var j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /// What lies between the least and the greatest of some numbers, in 65,535 steps.
  private record Span(double low, double high) {
    /// @param beside only numbers with a finite one beside them count
    static Span of(float[] values, float[] beside) {
      var low = Double.POSITIVE_INFINITY;
      var high = Double.NEGATIVE_INFINITY;
      for (var i = 0; i < values.length; i++) {
        if (Float.isFinite(values[i]) && Float.isFinite(beside[i])) {
          low = Math.min(low, values[i]);
          high = Math.max(high, values[i]);
        }
      }
      return low > high ? new Span(0, 0) : new Span(low, high);
    }

    int step(float value) {
      if (!Float.isFinite(value)) {
        return UNKNOWN;
      }
      return high > low
          ? (int) Math.clamp(Math.round((value - low) / (high - low) * TOP), 0, TOP)
          : TOP / 2;
    }

    String json() {
      return String.format(Locale.ROOT, "[%s,%s]", low, high);
    }
  }

  private static void strings(StringBuilder json, List<String> texts) {
    json.append('[');
    for (var i = 0; i < texts.size(); i++) {
      quote(i == 0 ? json : json.append(','), texts.get(i));
    }
    json.append(']');
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
