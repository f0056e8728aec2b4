package org.syncyte.worker.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C during tensor work. The JVM must not end while native code runs on its memory, so its end
/// waits until the work has noticed and come to rest.
final class Interruption implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;

  private final CountDownLatch rest = new CountDownLatch(1);
  private volatile boolean requested;

  private Interruption() {}

  /// @param notice called when somebody asks to stop
  static Interruption watch(Runnable notice) {
    var interruption = new Interruption();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              interruption.requested = true;
              notice.run();
              interruption.awaitRest();
            }));
    return interruption;
  }

  boolean requested() {
    return requested;
  }

  private void awaitRest() {
    try {
      if (!rest.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println(
            "syncyte: still at work after %d s, giving up".formatted(PATIENCE_SECONDS));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// The work has come to rest.
  @Override
  public void close() {
    rest.countDown();
  }
}
