package org.syncyte.cards.results;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Records as JSON, strictly: a file holds what its record names, all of it, and nothing else. So
/// nothing about single cells can travel along unseen.
final class ResultJson {
  static final int SCHEMA = 1;
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_NAME = 200;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(10)
                          .maxStringLength(1_000)
                          .maxNameLength(100)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private ResultJson() {}

  static <T> T read(String file, byte[] bytes, Class<T> type) {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "%s has %d bytes; at most %d are read".formatted(file, bytes.length, MAX_BYTES));
    }
    try {
      T value = JSON.readValue(bytes, type);
      if (value == null) {
        throw new IllegalArgumentException(file + " is not a JSON object");
      }
      return value;
    } catch (UnrecognizedPropertyException e) {
      throw new IllegalArgumentException(
          "%s holds '%s', which does not belong in it; remove it"
              .formatted(file, shortened(e.getPropertyName())),
          e);
    } catch (ValueInstantiationException e) {
      throw new IllegalArgumentException(
          file
              + ": "
              + (e.getCause() instanceof IllegalArgumentException problem
                  ? problem.getMessage()
                  : "a value is missing"),
          e);
    } catch (JsonProcessingException e) {
      var where = e.getLocation();
      throw new IllegalArgumentException(
          "%s is not as it should be, near line %d, column %d"
              .formatted(
                  file,
                  where == null ? 1 : where.getLineNr(),
                  where == null ? 1 : where.getColumnNr()),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " is not readable", e);
    }
  }

  static byte[] write(Object value) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and texts have a JSON form", e);
    }
  }

  static void schema(int found) {
    require(found == SCHEMA, "schema %d is not known here; it must be %d".formatted(found, SCHEMA));
  }

  /// That a file speaks of a `model.pt`, named by its SHA-256.
  static void model(String sha256) {
    require(
        sha256.matches("[0-9a-f]{64}"), "'model' must be the SHA-256 of model.pt in 64 hex digits");
  }

  static void name(String what, String name) {
    require(
        !name.isBlank() && name.length() <= MAX_NAME && name.chars().noneMatch(c -> c < ' '),
        "%s: a name has 1 to %d visible characters".formatted(what, MAX_NAME));
  }

  static void distinct(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (var name : names) {
      name(what, name);
      require(seen.add(name), "%s '%s' is named twice".formatted(what, shortened(name)));
    }
  }

  static void share(String what, double value) {
    require(value >= 0 && value <= 1, "%s = %s must be from 0 to 1".formatted(what, value));
  }

  static void count(String what, int found, int least, int most) {
    require(
        found >= least && found <= most,
        "%d %s; there may be %d to %d".formatted(found, what, least, most));
  }

  static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
