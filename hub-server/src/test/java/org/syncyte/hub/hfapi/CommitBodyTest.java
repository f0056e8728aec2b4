package org.syncyte.hub.hfapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubException;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.Operation;

class CommitBodyTest {
  private static final String SAMPLE =
      String.join(
          "\n",
          HubClient.header("Title", "a".repeat(40)),
          HubClient.file("README.md", "hello"),
          HubClient.large("model.pt", "b".repeat(64), 12),
          "{\"key\":\"deletedFile\",\"value\":{\"path\":\"old\"}}",
          "{\"key\":\"deletedFolder\",\"value\":{\"path\":\"older/\"}}");

  @TempDir Path root;

  @SuppressWarnings("NullAway.Init")
  BlobStore blobs;

  @BeforeEach
  void open() throws IOException {
    blobs = new BlobStore(root);
  }

  private CommitBody read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private CommitBody read(byte[] bytes) {
    return CommitBody.read(new ByteArrayInputStream(bytes), blobs, 1000);
  }

  @Test
  void keepsTheOrderOfLines() throws IOException {
    var body = read(SAMPLE);
    String hello = HubClient.sha256("hello".getBytes(StandardCharsets.UTF_8));
    assertThat(body.operations())
        .isEqualTo(
            List.of(
                new Operation.PutFile("README.md", hello, 5),
                new Operation.PutLarge("model.pt", "b".repeat(64)),
                new Operation.DeleteFile("old"),
                new Operation.DeleteFolder("older/")));
    assertThat(body.parent()).isEqualTo("a".repeat(40));
    assertThat(Files.readString(blobs.path(hello))).isEqualTo("hello");
  }

  @Test
  void decodesLongContentWithoutHoldingIt() {
    byte[] large = HubClient.bytes(3_000_000, 2);
    String line =
        "{\"key\":\"file\",\"value\":{\"content\":\""
            + java.util.Base64.getEncoder().encodeToString(large)
            + "\",\"path\":\"x\"}}";
    var body =
        CommitBody.read(
            new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)), blobs, 4_000_000);
    assertThat(body.received())
        .containsExactly(new BlobStore.Stored(HubClient.sha256(large), large.length));
    assertThatThrownBy(() -> read(line)).isInstanceOf(HubException.class);
  }

  @Test
  void damagedBodiesAreRefusedAndNothingElse() {
    byte[] good = SAMPLE.getBytes(StandardCharsets.UTF_8);
    var random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bad = good.clone();
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      byte[] sent = random.nextInt(4) == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
      try {
        assertThat(read(sent).operations()).hasSizeLessThanOrEqualTo(4);
      } catch (HubException _) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }
}
