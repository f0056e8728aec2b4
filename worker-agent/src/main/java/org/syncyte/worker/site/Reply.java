package org.syncyte.worker.site;

import com.google.protobuf.Message;
import java.nio.file.Path;
import java.util.List;
import org.syncyte.federation.Blob;
import org.syncyte.federation.message.Decline;

/// What a command leads to: a message body and the files that it refers to. Nothing has left yet.
record Reply(Message body, List<Payload> payloads) {
  /// A file that a message refers to.
  record Payload(Blob blob, Path file) {}

  Reply {
    payloads = List.copyOf(payloads);
  }

  static Reply of(Message body) {
    return new Reply(body, List.of());
  }

  static Reply decline(Decline.Reason reason, String detail) {
    return of(Decline.newBuilder().setReason(reason).setDetail(detail).build());
  }
}
