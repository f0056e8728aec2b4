package org.syncyte.federation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Canonical JSON: one value, one sequence of bytes, so that a hash names the value.
///
/// Keys sorted (by UTF-16 units), no insignificant space, UTF-8, integers as numbers, everything
/// else numeric as a decimal string (`"0.001"`). Values are `Map<String, ?>`, collections,
/// `String`, whole numbers, `double` and `float` (written as strings), `Boolean` and null. Reading
/// accepts any JSON up to 64 MiB and 32 levels, refuses a key given twice, and returns maps, lists,
/// `String`, `Long` (or `BigDecimal` for a number that is not a whole 64-bit one), `Boolean` and
/// null.
public final class Canonical {
  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_DEPTH = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxDocumentLength(MAX_BYTES)
                  .maxNumberLength(64)
                  .maxNameLength(4096)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Canonical() {}

  public static byte[] bytes(@Nullable Object value) {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(out)) {
      write(generator, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// A number as the decimal string that canonical JSON holds.
  ///
  /// @throws IllegalArgumentException if it is not finite
  public static String decimal(double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("canonical JSON holds finite numbers, not " + number);
    }
    return number == 0
        ? "0"
        : new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
  }

  /// @throws IllegalArgumentException if the bytes are not one JSON value within the bounds
  public static @Nullable Object parse(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "JSON of %d bytes; at most %d are read".formatted(bytes.length, MAX_BYTES));
    }
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() == null) {
        throw new IllegalArgumentException("JSON is empty");
      }
      Object value = read(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("JSON is followed by something else");
      }
      return value;
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
    }
  }

  /// @throws IllegalArgumentException if the bytes are not a JSON object
  @SuppressWarnings("unchecked") // keys of a JSON object are strings
  public static Map<String, @Nullable Object> object(byte[] bytes) {
    if (parse(bytes) instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw new IllegalArgumentException("expected a JSON object");
  }

  private static @Nullable Object read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var map = new LinkedHashMap<String, @Nullable Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          map.put(name, read(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        var list = new ArrayList<@Nullable Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(read(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> {
        BigInteger whole = parser.getBigIntegerValue();
        if (whole.bitLength() < 64) {
          yield whole.longValueExact();
        }
        yield new BigDecimal(whole);
      }
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> throw new IOException("unexpected " + parser.currentToken());
    };
  }

  private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case String text -> out.writeString(text);
      case Boolean flag -> out.writeBoolean(flag);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case BigInteger number -> out.writeNumber(number);
      case BigDecimal number -> out.writeString(number.stripTrailingZeros().toPlainString());
      case Double number -> out.writeString(decimal(number));
      case Float number -> out.writeString(decimal(number));
      case Map<?, ?> map -> {
        var sorted = new TreeMap<String, @Nullable Object>();
        map.forEach((key, held) -> sorted.put((String) key, held));
        out.writeStartObject();
        for (var entry : sorted.entrySet()) {
          out.writeFieldName(entry.getKey());
          write(out, entry.getValue());
        }
        out.writeEndObject();
      }
      case Collection<?> items -> {
        out.writeStartArray();
        for (Object item : items) {
          write(out, item);
        }
        out.writeEndArray();
      }
      default ->
          throw new IllegalArgumentException(
              "canonical JSON has no form for " + value.getClass().getName());
    }
  }
}
