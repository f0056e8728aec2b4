package org.syncyte.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.federation.Blob;

class HubBlobsTest {
  @TempDir Path folder;
  private BlobServer server;
  private HubBlobs blobs;

  @SuppressWarnings("NullAway.Init")
  HubBlobsTest() {}

  @BeforeEach
  void start() throws IOException {
    server = new BlobServer(folder);
    blobs = new HubBlobs(server.uri(), BlobServer.TOKEN, "f");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static byte[] content(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void storesInPartsAndReadsBack() throws IOException {
    byte[] bytes = content((9 << 20) + 7);

    Blob blob = blobs.write(bytes, Blob.SAFETENSORS);
    Blob again = blobs.write(bytes, Blob.SAFETENSORS);

    assertThat(again).isEqualTo(blob);
    assertThat(server.puts).hasValue(3);
    assertThat(blobs.read(blob)).isEqualTo(bytes);
    assertThat(blobs.read(blobs.write(new byte[0], Blob.JSON))).isEmpty();
  }

  @Test
  void goesOnWhereADownloadBroke() throws IOException {
    byte[] bytes = content(3 << 20);
    Blob blob = blobs.write(bytes, Blob.SAFETENSORS);
    server.cutEvery = 2;

    for (int i = 0; i < 5; i++) {
      assertThat(blobs.read(blob)).isEqualTo(bytes);
    }
  }

  @Test
  void believesNothingBeforeItsHashIsRight() throws IOException {
    Blob blob = blobs.write(content(1000), Blob.JSON);
    Path stored = folder.resolve("f-" + blob.sha256());
    byte[] altered = Files.readAllBytes(stored);
    altered[500] ^= 1;
    Files.write(stored, altered);

    assertThatThrownBy(() -> blobs.read(blob)).isInstanceOf(Blobs.Missing.class);
    assertThatThrownBy(() -> blobs.read(Blob.of(content(5), Blob.JSON)))
        .isInstanceOf(Blobs.Missing.class)
        .hasMessageContaining("the hub has no blob");
    assertThatThrownBy(() -> blobs.read(new Blob(blob.sha256(), 10, Blob.JSON)))
        .isInstanceOf(Blobs.Missing.class);
  }

  @Test
  void namesTheAnswerOfAHubThatRefuses() {
    var stranger = new HubBlobs(server.uri(), "wrong", "f");

    assertThatThrownBy(() -> stranger.write(content(5), Blob.JSON))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("401");
  }
}
