package org.syncyte.worker.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import picocli.CommandLine.Option;

/// How a command speaks: progress on the error stream, results on the output stream, for people or
/// as one JSON object.
final class OutputOptions {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show no progress.")
  private boolean quiet;

  boolean json() {
    return json;
  }

  ProgressBar progress(String task, long total) {
    return quiet || json ? ProgressBar.silent() : ProgressBar.of(task, total);
  }

  /// Prints the result: `text` for people, `values` for scripts.
  void result(String text, Map<String, ?> values) {
    if (json) {
      try {
        System.out.println(JSON.writeValueAsString(values));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    } else {
      System.out.println(text);
    }
  }

  /// A remark that is not the result.
  void note(String text) {
    if (!quiet && !json) {
      System.err.println(text);
    }
  }
}
