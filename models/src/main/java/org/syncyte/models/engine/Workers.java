package org.syncyte.models.engine;

import java.util.ArrayList;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/// Threads that share a piece of work with the one that has it.
public final class Workers {
  private static final ExecutorService POOL =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("worker-", 0).factory());

  private Workers() {}

  /// Runs `work` for 0, 1, ... `parts - 1`, each on a thread of its own, and waits for all.
  public static void share(int parts, IntConsumer work) {
    var others = new ArrayList<Future<?>>();
    for (int i = 1; i < parts; i++) {
      int part = i;
      others.add(POOL.submit(() -> work.accept(part)));
    }
    work.accept(0);
    for (var other : others) {
      try {
        other.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CompletionException("interrupted while other threads work", e);
      } catch (ExecutionException e) {
        throw new CompletionException(e.getCause());
      }
    }
  }
}
