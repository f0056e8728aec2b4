package org.syncyte.worker.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubClientTest {
  @TempDir Path folder;
  private final SmallHub hub = new SmallHub();
  private final HubClient client = new HubClient(hub.address(), SmallHub.TOKEN, 4);

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void pushesAFolderAsOneCommitAndPullsTheSameBytes() throws IOException {
    var files = model(5_000_000);
    assertThat(client.create("alice/pbmc", false)).endsWith("/alice/pbmc");
    var moved = new ArrayList<Long>();
    var commit =
        client.push(
            "alice/pbmc",
            "main",
            files,
            "Publish",
            (file, done, total) -> {
              if (file.equals("model.pt")) {
                moved.add(done);
                assertThat(total).isEqualTo(5_000_000);
              }
            });
    assertThat(commit.changed()).isTrue();
    assertThat(hub.commits).isEqualTo(1);
    assertThat(moved).isSorted().endsWith(5_000_000L);
    assertThat(hub.calls).contains("POST /_lfs/verify");
    var target = folder.resolve("pulled");
    assertThat(client.pull("alice/pbmc", "main", target, Progress.SILENT)).hasSize(40);
    for (var file : files.entrySet()) {
      assertThat(target.resolve(file.getKey())).hasSameBinaryContentAs(file.getValue());
    }
  }

  @Test
  void sendsLargeFilesInPartsWhereTheHubAsksForIt() throws IOException {
    hub.chunk = 300_000;
    var files = model(1_000_001);
    client.push("alice/pbmc", "main", files, "Publish", Progress.SILENT);
    assertThat(hub.files.get("model.pt")).isEqualTo(Files.readAllBytes(files.get("model.pt")));
    assertThat(hub.calls.stream().filter(call -> call.matches("PUT .*/[1-4]"))).hasSize(4);
  }

  @Test
  void makesNoCommitWhenNothingChanged() throws IOException {
    var files = model(5_000);
    client.push("alice/pbmc", "main", files, "Publish", Progress.SILENT);
    assertThat(client.push("alice/pbmc", "main", files, "Again", Progress.SILENT).changed())
        .isFalse();
    assertThat(hub.commits).isEqualTo(1);
  }

  @Test
  void survivesAHubThatIsBusy() throws IOException {
    hub.failFirst("/preupload/", 2);
    hub.failFirst("PUT /_lfs", 1);
    hub.failFirst("/objects/batch", 1);
    client.push("alice/pbmc", "main", model(5_000), "Publish", Progress.SILENT);
    assertThat(hub.commits).isEqualTo(1);
  }

  @Test
  void continuesADownloadThatBreaksOff() throws IOException {
    var files = model(900_000);
    client.push("alice/pbmc", "main", files, "Publish", Progress.SILENT);
    hub.breakAfter = 400_000;
    var target = folder.resolve("model.copy");
    client.download("alice/pbmc", COMMIT, "model.pt", target, Progress.SILENT);
    assertThat(target).hasSameBinaryContentAs(files.get("model.pt"));
    assertThat(hub.calls.stream().filter(call -> call.startsWith("GET /alice"))).hasSize(3);
  }

  @Test
  void discardsContentWithAnotherHash() throws IOException {
    var files = model(5_000);
    client.push("alice/pbmc", "main", files, "Publish", Progress.SILENT);
    var target = folder.resolve("model.copy");
    var etag = SmallHub.hash(Files.readAllBytes(files.get("model.pt")));
    Files.write(folder.resolve("model.copy." + etag + ".incomplete"), new byte[1000]);
    assertThatThrownBy(
            () -> client.download("alice/pbmc", COMMIT, "model.pt", target, Progress.SILENT))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("discarded");
    assertThat(target).doesNotExist();
  }

  @Test
  void saysWhatIsWrongWithTheToken() {
    var wrong = new HubClient(hub.address(), "hub_other", 4);
    assertThatThrownBy(wrong::whoami)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("does not accept the token")
        .hasMessageContaining("Invalid credentials");
    assertThat(client.whoami()).isEqualTo("alice");
  }

  @Test
  void saysThatTheHubIsAway() {
    hub.close();
    assertThatThrownBy(new HubClient(hub.address(), null, 2)::whoami)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("does not answer");
  }

  @Test
  void refusesPathsThatLeaveTheFolder() throws IOException {
    hub.files.put("../evil", new byte[10]);
    assertThatThrownBy(
            () -> client.pull("alice/pbmc", "main", folder.resolve("pulled"), Progress.SILENT))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("unsafe path");
    assertThatThrownBy(() -> client.create("alice/../pbmc", false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static final String COMMIT = "1234567890123456789012345678901234567890";

  private Map<String, Path> model(int size) throws IOException {
    var bytes = new byte[size];
    new Random(5).nextBytes(bytes);
    var files = new LinkedHashMap<String, Path>();
    files.put("model.pt", Files.write(folder.resolve("model.pt"), bytes));
    files.put("README.md", Files.writeString(folder.resolve("README.md"), "# A model\n"));
    files.put("empty.json", Files.write(folder.resolve("empty.json"), new byte[0]));
    files.put("onnx/a b.txt", Files.writeString(folder.resolve("ab.txt"), "x"));
    return files;
  }
}
