package org.syncyte.hub.pages;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Reads JSON that anyone may have uploaded: shallow, with short names and numbers.
final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(32)
                  .maxStringLength(20_000)
                  .maxNameLength(1_000)
                  .maxNumberLength(100)
                  .build())
          .build();
  private static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

  private Json() {}

  /// Reads one value, whole.
  static JsonNode tree(byte[] bytes) {
    try {
      var node = MAPPER.readTree(bytes);
      return node == null ? MAPPER.missingNode() : node;
    } catch (IOException e) {
      throw new IllegalArgumentException("not readable as JSON: " + e.getMessage(), e);
    }
  }

  /// Walks through a value token by token.
  static JsonParser parser(InputStream in) throws IOException {
    return FACTORY.createParser(in);
  }

  /// The first of these fields that holds a finite number.
  static @Nullable Double number(JsonNode node, String... names) {
    for (var name : names) {
      var value = node.path(name);
      var number =
          value.isTextual()
              ? decimal(value.textValue())
              : value.isNumber() ? value.doubleValue() : null;
      if (number != null && Double.isFinite(number)) {
        return number;
      }
    }
    return null;
  }

  /// The first of these fields that holds text.
  static @Nullable String text(JsonNode node, String... names) {
    for (var name : names) {
      if (node.path(name).isTextual()) {
        return node.path(name).textValue();
      }
    }
    return null;
  }

  private static @Nullable Double decimal(String text) {
    try {
      return text.length() > 40 ? null : Double.valueOf(text);
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
