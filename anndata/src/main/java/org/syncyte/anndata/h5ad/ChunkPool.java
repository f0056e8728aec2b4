package org.syncyte.anndata.h5ad;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// The threads that undo compression. Inflaters are kept, since each holds 40 KB of native memory
/// that is costly to set up for every chunk.
final class ChunkPool {
  static final ChunkPool SHARED = new ChunkPool(Runtime.getRuntime().availableProcessors());

  final int threads;
  private final ConcurrentLinkedQueue<Inflater> idle = new ConcurrentLinkedQueue<>();
  private final ForkJoinPool workers;

  ChunkPool(int threads) {
    this.threads = threads;
    this.workers = new ForkJoinPool(threads);
  }

  /// Runs `work` for each item, on the caller's thread when one thread is all there is or all that
  /// is worth it.
  <T> void each(List<T> items, Consumer<T> work) {
    if (threads == 1 || items.size() < 2) {
      items.forEach(work);
    } else {
      workers.submit(() -> items.parallelStream().forEach(work)).join();
    }
  }

  /// Inflates until `target` is full or the input ends; returns the number of bytes.
  int inflate(ByteBuffer deflated, byte[] target, int limit) throws DataFormatException {
    var inflater = idle.poll();
    if (inflater == null) {
      inflater = new Inflater();
    }
    try {
      inflater.setInput(deflated);
      int done = 0;
      while (done < limit) {
        int more = inflater.inflate(target, done, limit - done);
        if (more == 0) {
          break;
        }
        done += more;
      }
      return done;
    } finally {
      inflater.reset();
      idle.add(inflater);
    }
  }
}
