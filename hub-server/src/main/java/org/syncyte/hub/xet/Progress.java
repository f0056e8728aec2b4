package org.syncyte.hub.xet;

import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// How far the work on a shard is; also stops it when the client is gone.
final class Progress {
  private volatile int done;
  private volatile int total;
  private volatile boolean cancelled;

  void begin(int files) {
    total = files;
  }

  void next() {
    done = done + 1;
  }

  int done() {
    return done;
  }

  int total() {
    return total;
  }

  void cancel() {
    cancelled = true;
  }

  void check() {
    if (cancelled) {
      throw new HubException(ErrorCode.BAD_REQUEST, "The client is gone; nothing was stored");
    }
  }
}
