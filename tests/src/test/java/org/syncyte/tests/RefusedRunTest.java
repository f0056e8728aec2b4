package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A site's policy has the last word: what it forbids is not trained, and the run says so.
@ExtendWith(SharedDemo.class)
final class RefusedRunTest {
  @Test
  void sitesDeclineARunWithFewerSitesThanTheyAllow(DemoProcess demo)
      throws IOException, InterruptedException {
    demo.ready();
    var specification =
        (ObjectNode) new ObjectMapper().readTree(demo.data().resolve("run.json").toFile());
    specification.put("run", "two-of-us").put("min_sites", 2).remove("publish");
    specification.remove("listing");
    demo.coordinator("/federations/demo/runs", specification);

    var end =
        Awaitility.await("the end of the run")
            .atMost(Duration.ofMinutes(2))
            .until(() -> demo.coordinator("/runs/two-of-us", null), RefusedRunTest::ended);
    assertThat(end.path("outcome").asText()).isEqualTo("FAILED");
    assertThat(end.path("code").asText()).isEqualTo("quorum");
    assertThat(end.path("out"))
        .isNotEmpty()
        .allSatisfy(reason -> assertThat(reason.asText()).isEqualTo("policy"));
    assertThat(end.path("history")).isEmpty();

    assertThat(demo.status("/api/federations/demo/two-of-us"))
        .as("a run that does not say that it is public is not shown")
        .isEqualTo(404);
    assertThat(demo.status("/api/federations/demo/pbmc-1")).isEqualTo(200);

    var declined = end.path("out").fieldNames().next();
    assertThat(Files.readString(demo.data().resolve("logs/agent-%s.log".formatted(declined))))
        .contains("two-of-us", "min-sites");
  }

  private static boolean ended(JsonNode run) {
    return run.path("phase").asText().equals("ended");
  }
}
