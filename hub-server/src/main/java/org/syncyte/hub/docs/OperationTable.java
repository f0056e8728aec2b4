package org.syncyte.hub.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The operations of the API in words: topics, summaries and parameters, as `operations.txt` has
/// them.
///
/// @param topics topic -> what it is about
/// @param operations `GET /address` -> topic and summary; topic null for those that are internal
/// @param parameters name -> meaning
record OperationTable(
    Map<String, String> topics, Map<String, Operation> operations, Map<String, String> parameters) {
  private static final String FILE = "/docs/operations.txt";
  private static final Pattern TOPIC = Pattern.compile("\\[([A-Za-z]+)] ?(.*)");
  private static final Pattern OPERATION = Pattern.compile("([A-Z]+) +(\\S+) *(.*)");
  private static final Pattern PARAMETER = Pattern.compile("(\\S+) +(.+)");
  private static final String INTERNAL = "internal";
  private static final String PARAMETERS = "parameters";

  record Operation(@Nullable String topic, String summary) {}

  static OperationTable read() {
    var table =
        new OperationTable(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    String topic = "";
    for (var line : text().lines().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      var head = TOPIC.matcher(line);
      if (head.matches()) {
        topic = head.group(1);
        if (!topic.equals(INTERNAL) && !topic.equals(PARAMETERS)) {
          table.topics.put(topic, head.group(2));
        }
      } else if (topic.equals(PARAMETERS)) {
        var parameter = matched(PARAMETER, line);
        table.parameters.put(parameter.group(1), parameter.group(2));
      } else {
        var operation = matched(OPERATION, line);
        table.operations.put(
            operation.group(1) + " " + operation.group(2),
            new Operation(topic.equals(INTERNAL) ? null : topic, operation.group(3)));
      }
    }
    return table;
  }

  private static java.util.regex.Matcher matched(Pattern pattern, String line) {
    var matcher = pattern.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalStateException(FILE + ": not understood: " + line);
    }
    return matcher;
  }

  private static String text() {
    try (InputStream in = OperationTable.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("class path lacks " + FILE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
