package org.syncyte.hub.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubException;

class BlobStoreTest {
  @TempDir Path root;

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void storesUnderTheHashAndTwiceIsOnce() throws IOException {
    var store = new BlobStore(root);
    byte[] bytes = HubClient.bytes(10_000, 3);
    var stored = store.put(new ByteArrayInputStream(bytes), HubClient.sha256(bytes), 10_000);
    store.put(new ByteArrayInputStream(bytes), null, 10_000);
    assertThat(stored.sha256()).isEqualTo(HubClient.sha256(bytes));
    assertThat(Files.readAllBytes(store.path(stored.sha256()))).isEqualTo(bytes);
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void fullDiskAndBrokenStreamLeaveNothing() throws IOException {
    var store = new BlobStore(root);
    var start = new ByteArrayInputStream(new byte[5000]);
    assertThatThrownBy(() ->
            store.put(
                new SequenceInputStream(start, failing("No space left on device")), null, 10_000))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL));
    assertThatThrownBy(() -> store.put(failing("Connection reset"), null, 10_000))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    assertThat(files()).isZero();
  }

  @Test
  void wrongHashWrongLengthAndTooMuchLeaveNothing() throws IOException {
    var store = new BlobStore(root);
    byte[] bytes = HubClient.bytes(100, 4);
    assertThatThrownBy(() -> store.put(new ByteArrayInputStream(bytes), "0".repeat(64), 100))
        .isInstanceOf(HubException.class);
    assertThatThrownBy(() -> store.put(new ByteArrayInputStream(bytes), null, 101))
        .isInstanceOf(HubException.class);
    assertThatThrownBy(() -> store.put(new ByteArrayInputStream(bytes), null, 99))
        .isInstanceOf(HubException.class);
    assertThat(files()).isZero();
  }

  @Test
  void restartDropsWhatAKilledHubWasReceiving() throws IOException {
    var unused = new BlobStore(root);
    assertThat(unused.has("0".repeat(64))).isFalse();
    Files.write(root.resolve("incoming/blob1.part"), new byte[10]);
    var restarted = new BlobStore(root);
    assertThat(restarted.has("0".repeat(64))).isFalse();
    assertThat(files()).isZero();
  }

  private static InputStream failing(String message) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException(message);
      }
    };
  }
}
