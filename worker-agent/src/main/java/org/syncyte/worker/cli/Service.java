package org.syncyte.worker.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.syncyte.worker.demo.Installation;

/// Runs one of the server applications in the foreground, with its input and output.
final class Service {
  private Service() {}

  static int run(String module, String heap, Map<String, String> settings)
      throws IOException, InterruptedException {
    return run(Installation.current().application(module, heap, settings));
  }

  static int run(List<String> command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return process.waitFor();
  }

  /// Settings from `key=value` options, after those that have options of their own.
  static Map<String, String> settings(Map<String, String> own, Map<String, String> more) {
    var all = new LinkedHashMap<>(own);
    all.putAll(more);
    return all;
  }
}
