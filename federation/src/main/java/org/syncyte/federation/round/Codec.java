package org.syncyte.federation.round;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.syncyte.federation.Envelopes;

/// Events and states as bytes: the body of a journal entry, and a snapshot.
///
/// A received message stays as its envelope; everything else is JSON of its record, keys in the
/// order of the components, sealed types named by `is`. Fields that a later release adds are
/// ignored.
public final class Codec {
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  private interface Named {}

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addMixIn(Phase.class, Named.class)
          .addMixIn(Event.Result.class, Named.class)
          .registerSubtypes(Phase.class.getPermittedSubclasses())
          .registerSubtypes(Event.Result.class.getPermittedSubclasses())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Codec() {}

  public static String type(Event event) {
    return event.getClass().getSimpleName();
  }

  public static byte[] body(Event event) {
    return event instanceof Event.Received(var _, var message)
        ? Envelopes.bytes(message)
        : json(event);
  }

  /// @throws IllegalArgumentException if the type is unknown or the body not of that type
  public static Event event(long timeMs, String type, byte[] body) {
    for (Class<?> known : Event.class.getPermittedSubclasses()) {
      if (known.getSimpleName().equals(type)) {
        return known == Event.Received.class
            ? new Event.Received(timeMs, Envelopes.parse(body))
            : (Event) read(body, known);
      }
    }
    throw new IllegalArgumentException("event type '%s' is unknown".formatted(type));
  }

  public static byte[] snapshot(State state) {
    return json(state);
  }

  /// @throws IllegalArgumentException if the bytes are no snapshot
  public static State state(byte[] snapshot) {
    return read(snapshot, State.class);
  }

  private static byte[] json(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of the protocol have a JSON form", e);
    }
  }

  private static <T> T read(byte[] json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "not a %s: %s".formatted(type.getSimpleName(), e.getMessage()), e);
    }
  }
}
