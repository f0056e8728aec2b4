package org.syncyte.anndata.h5ad;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The threads that undo compression. The caller's thread works too, so a block of few chunks
/// starts at once and waits for no one to wake up.
final class ChunkPool {
  static final ChunkPool SHARED = new ChunkPool(Runtime.getRuntime().availableProcessors());

  final int threads;
  final Inflate inflate = Inflate.best();
  private final ConcurrentLinkedQueue<byte[]> scratch = new ConcurrentLinkedQueue<>();
  private final ThreadPoolExecutor helpers;

  ChunkPool(int threads) {
    this.threads = threads;
    this.helpers =
        new ThreadPoolExecutor(
            Math.max(1, threads - 1),
            Math.max(1, threads - 1),
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> Thread.ofPlatform().daemon().name("h5ad-chunks").unstarted(work));
    helpers.allowCoreThreadTimeOut(true);
  }

  /// Does `work` for each item and returns when all is done.
  <T> void each(List<T> items, Consumer<T> work) {
    if (threads == 1 || items.size() < 2) {
      items.forEach(work);
      return;
    }
    var shared = new Shared<>(items, work);
    for (int i = Math.min(threads, items.size()) - 1; i > 0; i--) {
      helpers.execute(shared);
    }
    shared.run();
    shared.await();
  }

  private static final class Shared<T> implements Runnable {
    private final List<T> items;
    private final Consumer<T> work;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch open;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Shared(List<T> items, Consumer<T> work) {
      this.items = items;
      this.work = work;
      this.open = new CountDownLatch(items.size());
    }

    @Override
    public void run() {
      for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            work.accept(items.get(i));
          }
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          open.countDown();
        }
      }
    }

    // The pieces still open write into the caller's arrays, so an interrupt must wait for them.
    void await() {
      boolean interrupted = false;
      while (true) {
        try {
          open.await();
          break;
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      switch (failure.get()) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null, default -> {}
      }
    }
  }

  /// A buffer to decode into; give it back with `release`.
  byte[] scratch(int length) {
    var buffer = scratch.poll();
    return buffer == null || buffer.length < length ? new byte[length] : buffer;
  }

  void release(byte[] buffer) {
    if (scratch.size() < 2 * threads) {
      scratch.add(buffer);
    }
  }
}
