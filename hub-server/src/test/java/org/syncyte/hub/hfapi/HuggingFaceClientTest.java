package org.syncyte.hub.hfapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;
import org.syncyte.hub.StockClient;

/// The stock Python client against the running hub.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class HuggingFaceClientTest {
  @TestHTTPResource("/")
  @SuppressWarnings("NullAway.Init")
  String address;

  @Test
  void stockClientPushesPullsSearchesAndIsRefusedCleanly() throws Exception {
    assertThat(StockClient.run("huggingface_round_trip.py", endpoint(), HubClient.adminToken()))
        .contains("DONE");
  }

  /// Chunked uploads are what the client does when nobody configures it.
  @Test
  void unconfiguredClientUploadsInChunksAndReusesThem() throws Exception {
    long before = HubClient.files("xet/blobs");
    String output = upload("first");
    long sent = HubClient.files("xet/blobs");
    assertThat(sent).as("the client sent xorbs").isGreaterThan(before);
    assertThat(HubClient.files("xet/incoming")).isZero();
    String home =
        Stream.of(output.split("\n"))
            .filter(line -> line.startsWith("HOME "))
            .map(line -> line.substring(5))
            .findFirst()
            .orElseThrow();
    assertThat(upload("second", home)).contains("DONE");
    assertThat(HubClient.files("xet/blobs")).as("known content was not sent again").isEqualTo(sent);
    losePackedChunks();
    assertThat(upload("third", home)).contains("DONE");
    assertThat(HubClient.files("xet/blobs"))
        .as("at the new address everything is sent again")
        .isGreaterThan(0);
  }

  private static void losePackedChunks() throws IOException {
    Path directory = HubClient.directory().resolve("xet");
    Files.delete(directory.resolve("epoch"));
    try (var files = Files.walk(directory.resolve("blobs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  private String upload(String name, String... home) throws Exception {
    return StockClient.run(
        "huggingface_chunked.py",
        Stream.concat(
                Stream.of(endpoint(), HubClient.adminToken(), "chunked/" + name), Stream.of(home))
            .toArray(String[]::new));
  }

  private String endpoint() {
    return address.replaceAll("/+$", "");
  }
}
