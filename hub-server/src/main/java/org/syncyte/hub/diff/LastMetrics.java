package org.syncyte.hub.diff;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;

/// The last value of each number in `training.json`, whichever of its three layouts it has.
final class LastMetrics {
  private static final int MAX = 200;

  private LastMetrics() {}

  /// Empty if the text is not a history.
  static Map<String, Double> of(ObjectMapper json, String text) {
    var last = new TreeMap<String, Double>();
    JsonNode file;
    try {
      file = json.readTree(text);
    } catch (JsonProcessingException unreadable) {
      return last;
    }
    for (var list : new String[] {"rounds", "epochs"}) {
      for (var step : file.path(list)) {
        numbers(step, last);
        numbers(step.path("mean"), last);
      }
    }
    for (var column : file.path("history").properties()) {
      var values = column.getValue();
      if (values.isArray() && !values.isEmpty() && values.get(values.size() - 1).isNumber()) {
        put(last, column.getKey(), values.get(values.size() - 1).doubleValue());
      }
    }
    return last;
  }

  private static void numbers(JsonNode step, Map<String, Double> last) {
    for (var field : step.properties()) {
      if (field.getValue().isNumber()) {
        put(last, field.getKey(), field.getValue().doubleValue());
      }
    }
  }

  private static void put(Map<String, Double> last, String name, double value) {
    if (last.size() < MAX || last.containsKey(name)) {
      last.put(name, value);
    }
  }
}
