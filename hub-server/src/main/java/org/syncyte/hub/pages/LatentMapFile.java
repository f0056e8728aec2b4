package org.syncyte.hub.pages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.privacy.MapRules;
import org.syncyte.web.LatentMap;

/// Reads `latent_map.json` as a stream, within [MapRules]. Unknown fields are skipped.
final class LatentMapFile {
  static final String NAME = MapRules.FILE;

  private LatentMapFile() {}

  /// @throws IllegalArgumentException if the bytes are not a map
  static LatentMap read(InputStream bytes) {
    try (var json = Json.parser(bytes)) {
      var x = new float[0];
      var y = new float[0];
      long of = 0;
      var obs = new LinkedHashMap<String, LatentMap.Coding>();
      var measured = new LinkedHashMap<String, float[]>();
      expect(json.nextToken(), JsonToken.START_OBJECT, "the map");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        switch (name) {
          case "x" -> x = numbers(json, name);
          case "y" -> y = numbers(json, name);
          case "of" -> of = json.getValueAsLong();
          case "obs" -> readColumns(json, obs);
          case "numbers" -> readNumbers(json, measured);
          default -> json.skipChildren();
        }
      }
      expect(json.currentToken(), JsonToken.END_OBJECT, "the map");
      return new LatentMap(x, y, obs, measured, Math.max(of, x.length));
    } catch (IOException e) {
      throw new IllegalArgumentException(NAME + " is not readable: " + e.getMessage(), e);
    }
  }

  private static void readColumns(JsonParser json, LinkedHashMap<String, LatentMap.Coding> obs)
      throws IOException {
    expect(json.currentToken(), JsonToken.START_OBJECT, "obs");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var column = json.currentName();
      if (obs.size() == MapRules.MAX_COLUMNS) {
        throw new IllegalArgumentException(
            "obs has more than " + MapRules.MAX_COLUMNS + " columns");
      }
      expect(json.nextToken(), JsonToken.START_OBJECT, column);
      short[] codes = {};
      List<String> categories = List.of();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        switch (name) {
          case "codes" -> codes = codes(json);
          case "categories" -> categories = names(json, column);
          default -> json.skipChildren();
        }
      }
      obs.put(column, new LatentMap.Coding(codes, categories));
    }
  }

  private static void readNumbers(JsonParser json, LinkedHashMap<String, float[]> measured)
      throws IOException {
    expect(json.currentToken(), JsonToken.START_OBJECT, "numbers");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var column = json.currentName();
      if (measured.size() == MapRules.MAX_COLUMNS) {
        throw new IllegalArgumentException(
            "numbers has more than " + MapRules.MAX_COLUMNS + " columns");
      }
      json.nextToken();
      measured.put(column, numbers(json, column));
    }
  }

  private static float[] numbers(JsonParser json, String name) throws IOException {
    expect(json.currentToken(), JsonToken.START_ARRAY, name);
    var values = new float[1024];
    var count = 0;
    for (var token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
      if (token == null || !(token.isNumeric() || token == JsonToken.VALUE_NULL)) {
        throw new IllegalArgumentException(name + " holds something that is not a number");
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, grown(count));
      }
      values[count++] = token == JsonToken.VALUE_NULL ? Float.NaN : json.getFloatValue();
    }
    return Arrays.copyOf(values, count);
  }

  private static short[] codes(JsonParser json) throws IOException {
    expect(json.currentToken(), JsonToken.START_ARRAY, "codes");
    var values = new short[1024];
    var count = 0;
    for (var token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
      if (token != JsonToken.VALUE_NUMBER_INT) {
        throw new IllegalArgumentException("codes hold something that is not a whole number");
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, grown(count));
      }
      int code = json.getIntValue();
      if (code < -1 || code >= MapRules.MAX_CATEGORIES) {
        throw new IllegalArgumentException(
            "code " + code + " is none of -1 to " + (MapRules.MAX_CATEGORIES - 1));
      }
      values[count++] = (short) code;
    }
    return Arrays.copyOf(values, count);
  }

  private static List<String> names(JsonParser json, String column) throws IOException {
    expect(json.currentToken(), JsonToken.START_ARRAY, "categories");
    var names = new ArrayList<String>();
    for (var token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
      if (token == null || !token.isScalarValue() || names.size() == MapRules.MAX_CATEGORIES) {
        throw new IllegalArgumentException(
            column + ": categories are names, at most " + MapRules.MAX_CATEGORIES);
      }
      names.add(json.getText());
    }
    return names;
  }

  private static int grown(int count) {
    if (count >= MapRules.MAX_CELLS) {
      throw new IllegalArgumentException("more than " + MapRules.MAX_CELLS + " cells");
    }
    return Math.min(2 * count, MapRules.MAX_CELLS);
  }

  private static void expect(@Nullable JsonToken found, JsonToken wanted, String where) {
    if (found != wanted) {
      throw new IllegalArgumentException(where + ": expected " + wanted + ", found " + found);
    }
  }
}
