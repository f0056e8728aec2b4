package org.syncyte.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.onnx.graph.ElementType;
import org.syncyte.onnx.graph.GraphBuilder;

/// What a process leaves behind that runs a graph.
class SilentRuntimeTest {
  /// Runs a graph and ends.
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      var graph = new GraphBuilder("child");
      String x = graph.input("x", ElementType.FLOAT, 1);
      graph.output("y", graph.node("Relu", List.of(x)), ElementType.FLOAT, 1);
      try (var model = OnnxModel.open(graph.encode(), 1)) {
        System.out.println("ran on " + model.provider());
      }
    }
  }

  @Test
  void keepsNoDeviceIdAndSurvivesLongCommandLine(@TempDir Path home)
      throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-Duser.home=" + home,
            "-Dlong=" + "x".repeat(50_000),
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName());
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    builder.environment().remove("XDG_CACHE_HOME");
    builder.environment().remove("ORT_DISABLE_TELEMETRY");
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("ran on");
    try (var left = Files.walk(home)) {
      assertThat(left).containsExactly(home);
    }
  }
}
