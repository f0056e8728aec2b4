package org.syncyte.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One run of a command to its end: what it said on which stream, and its exit code.
record Command(int code, String out, String err) {
  private static final int LIMIT_SECONDS = 180;

  /// What Java says of itself when a command that trains uses its vector instructions.
  private static final String VECTORS = "WARNING: Using incubator modules: jdk.incubator.vector\n";

  /// The command line, through the script at the top of the tree.
  static Command syncyte(Map<String, String> environment, String... arguments) {
    var builder = builder(arguments);
    builder.environment().putAll(environment);
    return run(builder);
  }

  static Command syncyte(String... arguments) {
    return syncyte(Map.of(), arguments);
  }

  /// A process builder for the script, free of settings of whoever runs the tests.
  static ProcessBuilder builder(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Repository.root().resolve("syncyte").toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    for (var variable : List.of("SYNCYTE_HUB", "SYNCYTE_TOKEN", "HF_ENDPOINT", "HF_TOKEN")) {
      builder.environment().remove(variable);
    }
    return builder;
  }

  static Command run(ProcessBuilder builder) {
    try {
      var out = Files.createTempFile("out", ".txt");
      var err = Files.createTempFile("err", ".txt");
      try {
        var process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
          throw new IllegalStateException(builder.command() + " did not end: " + text(err));
        }
        return new Command(process.exitValue(), text(out), text(err).replace(VECTORS, ""));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out);
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
