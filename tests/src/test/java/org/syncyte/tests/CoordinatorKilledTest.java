package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The coordinator owns nothing but a log: whoever pulls its plug in the middle of a round gets the
/// model that would have come anyway, to the last bit.
@ExtendWith(SharedDemo.class)
final class CoordinatorKilledTest {
  @TempDir private Path folder;

  @Test
  void aKilledCoordinatorChangesNoBit(DemoProcess undisturbed)
      throws IOException, InterruptedException {
    var expected = undisturbed.ready().path("model_sha256");
    try (var demo = DemoProcess.start(folder.resolve("demo"))) {
      Awaitility.await("a round after the first")
          .atMost(Duration.ofMinutes(4))
          .pollInterval(Duration.ofMillis(50))
          .ignoreExceptions()
          .failFast("the demo ended", () -> !demo.alive())
          .until(() -> roundIsOpen(demo));
      long victim = coordinator(demo);
      assertThat(ProcessHandle.of(victim).orElseThrow().destroyForcibly()).isTrue();

      var report = demo.ready();
      assertThat(coordinator(demo)).as("it was started again").isNotEqualTo(victim);
      assertThat(report.path("checks"))
          .allSatisfy(
              check -> assertThat(check.path("passed").asBoolean()).as("%s", check).isTrue());
      assertThat(report.path("model_sha256")).isEqualTo(expected);
    }
  }

  private static boolean roundIsOpen(DemoProcess demo) throws IOException, InterruptedException {
    var view = demo.coordinator("/runs/pbmc-1", null);
    return view.path("phase").asText().equals("training") && view.path("round").asInt() >= 2;
  }

  private static long coordinator(DemoProcess demo) throws IOException {
    return Long.parseLong(Files.readString(demo.data().resolve("coordinator.pid")).strip());
  }
}
