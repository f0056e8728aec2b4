package org.syncyte.onnx.runtime;

import java.util.ArrayList;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Csc;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Matrix;

/// Deals the cells of a query out to threads, block by block, in order.
///
/// Reading and looking at counts is for one thread at a time, since cells may come from a file;
/// what is done with a block is not. The first error ends it.
final class CellBlocks {
  /// @param first number of the first cell
  record Block(int first, int[] cells, Csr rows) {}

  private final Matrix counts;
  private final int size;
  private final CountCheck check;
  private final MappingListener listener;
  private int next;
  private int done;

  /// @param size cells in a block
  CellBlocks(Matrix counts, int size, CountCheck check, MappingListener listener) {
    this.counts = counts instanceof Csc columns ? columns.toCsr() : counts;
    this.size = size;
    this.check = check;
    this.listener = listener;
  }

  /// Works on all blocks.
  void walk(int threads, Consumer<Block> work) {
    int useful = Math.clamp((counts.rows() + size - 1) / size, 1, threads);
    try (var pool = Executors.newFixedThreadPool(useful, Thread.ofPlatform().daemon().factory())) {
      var parts = new ArrayList<Future<?>>();
      for (int i = 0; i < useful; i++) {
        parts.add(pool.submit(() -> walk(work)));
      }
      for (var part : parts) {
        part.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException("interrupted while cells are mapped", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new CompletionException(e.getCause());
      }
    }
  }

  private void walk(Consumer<Block> work) {
    try {
      for (var block = take(); block != null; block = take()) {
        work.accept(block);
        finish(block.cells.length);
      }
    } catch (RuntimeException | Error failure) {
      stop();
      throw failure;
    }
  }

  private synchronized @Nullable Block take() {
    if (next >= counts.rows()) {
      return null;
    }
    int[] cells = IntStream.range(next, Math.min(counts.rows(), next + size)).toArray();
    var rows = counts.rows(cells);
    check.look(rows, next);
    var block = new Block(next, cells, rows);
    next += cells.length;
    return block;
  }

  private synchronized void finish(int cells) {
    done += cells;
    listener.mapped(done, counts.rows());
  }

  private synchronized void stop() {
    next = counts.rows();
  }
}
