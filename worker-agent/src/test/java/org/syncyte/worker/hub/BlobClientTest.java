package org.syncyte.worker.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobClientTest {
  @TempDir Path folder;
  private final SmallHub hub = new SmallHub();
  private final BlobClient client = new BlobClient(hub.address(), SmallHub.TOKEN, "demo", 3);

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void bringsBackWhatItStored() throws IOException {
    for (int size : new int[] {0, 1, BlobClient.PART_SIZE, 2 * BlobClient.PART_SIZE + 17}) {
      var file = file(size);
      var hash = client.upload(file, "application/octet-stream", Progress.SILENT);
      var copy = folder.resolve("copy" + size);
      client.download(hash, size, copy, Progress.SILENT);
      assertThat(copy).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void sendsNothingThatTheHubHas() throws IOException {
    var file = file(BlobClient.PART_SIZE + 5);
    client.upload(file, "a/b", Progress.SILENT);
    hub.calls.clear();
    client.upload(file, "a/b", Progress.SILENT);
    assertThat(hub.calls).singleElement().asString().startsWith("HEAD");
  }

  @Test
  void goesOnWithAnUploadThatWasInterrupted() throws IOException {
    var file = file(3 * BlobClient.PART_SIZE);
    hub.failFirst("parts/2", 3);
    assertThatThrownBy(() -> client.upload(file, "a/b", Progress.SILENT))
        .isInstanceOf(HubException.class);
    hub.calls.clear();
    client.upload(file, "a/b", Progress.SILENT);
    assertThat(hub.calls.stream().filter(call -> call.startsWith("PUT"))).hasSize(1);
  }

  @Test
  void goesOnWithADownloadThatWasInterrupted() throws IOException {
    var file = file(1_000_000);
    var hash = client.upload(file, "a/b", Progress.SILENT);
    hub.breakAfter = 600_000;
    var copy = folder.resolve("copy");
    client.download(hash, 1_000_000, copy, Progress.SILENT);
    assertThat(copy).hasSameBinaryContentAs(file);
  }

  @Test
  void discardsWhatHasAnotherHash() throws IOException {
    var hash = client.upload(file(1000), "a/b", Progress.SILENT);
    hub.objects.put(Digests.hex(hash), new byte[1000]);
    var copy = folder.resolve("copy");
    assertThatThrownBy(() -> client.download(hash, 1000, copy, Progress.SILENT))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("another hash");
    assertThat(copy).doesNotExist();
    assertThat(Files.list(folder)).noneMatch(path -> path.toString().endsWith(".incomplete"));
  }

  @Test
  void saysWhatIsWrongWithTheToken() {
    assertThatThrownBy(() ->
            new BlobClient(hub.address(), "hub_other", "demo", 3)
                .upload(file(10), "a/b", Progress.SILENT))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("token file");
  }

  private Path file(int size) throws IOException {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(folder.resolve("file" + size), bytes);
  }
}
