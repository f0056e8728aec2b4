package org.syncyte.hub.hfapi;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubException;
import org.syncyte.hub.Soak;
import org.syncyte.hub.blob.BlobStore;

/// Damaged commits end in operations or in a refusal.
class CommitFuzzTest {
  @Test
  void commits(@TempDir Path root) throws IOException {
    var blobs = new BlobStore(root);
    String good =
        String.join(
            "\n",
            HubClient.header("Title", "a".repeat(40)),
            HubClient.file("README.md", "hello"),
            HubClient.large("model.pt", "b".repeat(64), 12),
            "{\"key\":\"deletedFile\",\"value\":{\"path\":\"old\"}}",
            "{\"key\":\"deletedFolder\",\"value\":{\"path\":\"older/\"}}");
    Soak.run(
        "commit",
        good.getBytes(StandardCharsets.UTF_8),
        Soak.rounds(2_000),
        bytes -> CommitBody.read(new ByteArrayInputStream(bytes), blobs, 1000),
        failure -> failure instanceof HubException);
  }
}
