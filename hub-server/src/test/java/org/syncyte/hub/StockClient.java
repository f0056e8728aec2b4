package org.syncyte.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs scripts with the stock Python client. The interpreter is `SYNCYTE_PYTHON` (property or
/// environment), or one made here with the package from the configured index.
public final class StockClient {
  private StockClient() {}

  /// The output of a script of the test resources; fails if the script does.
  public static String run(String script, String... arguments) throws Exception {
    Path copy = Files.createTempFile(Path.of("target"), "script", ".py");
    try (var in = StockClient.class.getResourceAsStream("/" + script)) {
      assertThat(in).isNotNull();
      Files.write(copy, in.readAllBytes());
    }
    var command = new ArrayList<>(List.of(python(), copy.toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static String python() throws Exception {
    String given = System.getProperty("SYNCYTE_PYTHON", System.getenv("SYNCYTE_PYTHON"));
    if (given != null && !given.isBlank()) {
      return given;
    }
    Path environment = Path.of("target", "python").toAbsolutePath();
    Path python = environment.resolve("bin/python");
    if (!Files.exists(environment.resolve("ready"))) {
      run(List.of("python3", "-m", "venv", environment.toString()));
      run(List.of(python.toString(), "-m", "pip", "install", "--quiet", "huggingface-hub"));
      Files.createFile(environment.resolve("ready"));
    }
    return python.toString();
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    var output = Files.createTempFile(Path.of("target"), "client", ".log");
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(4, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(ended && process.exitValue() == 0).as(text).isTrue();
    return text;
  }
}
