package org.syncyte.hub.hfapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

/// The stock Python client against the running hub. The interpreter is `SYNCYTE_PYTHON` (property
/// or environment), or one made here with the package from the configured index.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class HuggingFaceClientTest {
  @TestHTTPResource("/")
  @SuppressWarnings("NullAway.Init")
  String address;

  @Test
  void stockClientPushesPullsSearchesAndIsRefusedCleanly() throws Exception {
    assertThat(run(List.of(python(), script(), endpoint(), HubClient.adminToken())))
        .contains("DONE");
  }

  private String endpoint() {
    return address.replaceAll("/+$", "");
  }

  private static String script() throws IOException {
    Path copy = Files.createTempFile(Path.of("target"), "round_trip", ".py");
    try (var in = HuggingFaceClientTest.class.getResourceAsStream("/huggingface_round_trip.py")) {
      assertThat(in).isNotNull();
      Files.write(copy, in.readAllBytes());
    }
    return copy.toString();
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

  private static String run(List<String> command) throws Exception {
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
