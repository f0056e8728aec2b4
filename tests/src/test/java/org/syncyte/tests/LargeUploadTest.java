package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// one gigabyte through a hub with 256 MiB of heap.
final class LargeUploadTest {
  private static final long SIZE = 1L << 30;

  @Test
  void aGigabyteNeedsNoGigabyteOfHeap(@TempDir Path work) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    try (var content = new Content()) {
      byte[] buffer = new byte[1 << 16];
      for (int count = content.read(buffer, 0, buffer.length);
          count > 0;
          count = content.read(buffer, 0, buffer.length)) {
        digest.update(buffer, 0, count);
      }
    }
    String oid = HexFormat.of().formatHex(digest.digest());
    try (var hub = HubProcess.start(work.resolve("hub"))) {
      hub.send(
          hub.request("/api/repos/create")
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"organization\":\"large\",\"name\":\"one\"}")));
      String batch =
          "{\"operation\":\"upload\",\"transfers\":[\"basic\"],\"objects\":[{\"oid\":\"%s\",\"size\":%d}]}"
              .formatted(oid, SIZE);
      var reply =
          hub.send(
              hub.request("/large/one.git/info/lfs/objects/batch")
                  .header("Content-Type", "application/vnd.git-lfs+json")
                  .POST(BodyPublishers.ofString(batch)));
      String href =
          new ObjectMapper().readTree(reply.body()).at("/objects/0/actions/upload/href").asText();
      var put =
          hub.send(
              HttpRequest.newBuilder(hub.at(href)).PUT(BodyPublishers.ofInputStream(Content::new)));
      assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
      assertThat(hub.log()).doesNotContain("OutOfMemoryError");
    }
  }

  /// The same bytes each time, made as they are read.
  private static final class Content extends InputStream {
    private long left = SIZE;

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) {
      if (left == 0) {
        return -1;
      }
      int count = (int) Math.min(length, left);
      for (int i = 0; i < count; i++) {
        target[from + i] = (byte) (left - i);
      }
      left -= count;
      return count;
    }
  }
}
