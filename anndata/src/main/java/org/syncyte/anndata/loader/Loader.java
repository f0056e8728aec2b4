package org.syncyte.anndata.loader;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Minibatches of a data source, epoch by epoch: `for (Minibatch b : loader.epoch(e))`.
///
/// Cells are read in windows of several minibatches when the source says that this is cheaper, and
/// the next window is read on a background thread while the current one is used. Reading is driven
/// by demand, so an epoch that is left early holds no thread.
///
/// @param source where the cells are
/// @param cells positions that take part
/// @param sampler order of an epoch
/// @param batchSize cells per minibatch
/// @param dropLast leaves out a last minibatch that is not full
/// @param seed decides the order together with the number of the epoch
public record Loader(
    DataSource source, int[] cells, Sampler sampler, int batchSize, boolean dropLast, long seed) {
  public Loader {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size %d is not positive".formatted(batchSize));
    }
    for (int cell : cells) {
      if (cell < 0 || cell >= source.cells()) {
        throw new IllegalArgumentException(
            "cell %d is not among the %d cells of the data".formatted(cell, source.cells()));
      }
    }
    cells = cells.clone();
  }

  /// Shuffled anew each epoch: the loader for training.
  public static Loader shuffled(DataSource source, int[] cells, int batchSize, long seed) {
    return new Loader(source, cells, new Sampler.Shuffled(), batchSize, false, seed);
  }

  /// Always in the given order: the loader for validation and for analysis.
  public static Loader sequential(DataSource source, int[] cells, int batchSize) {
    return new Loader(source, cells, new Sampler.Sequential(), batchSize, false, 0);
  }

  /// Minibatches per epoch.
  public int batches() {
    return dropLast ? cells.length / batchSize : (cells.length + batchSize - 1) / batchSize;
  }

  public Iterable<Minibatch> epoch(int epoch) {
    return () -> new Epoch(sampler.order(cells, seed, epoch));
  }

  private final class Epoch implements Iterator<Minibatch> {
    private final int[] order;
    private final int perWindow;
    private final ArrayDeque<FutureTask<Minibatch>> ahead = new ArrayDeque<>();
    private @Nullable Minibatch window;
    private int used;
    private int planned;
    private int given;

    Epoch(int[] order) {
      this.order = order;
      this.perWindow = Math.max(1, source.window() / batchSize);
      plan();
    }

    private void plan() {
      while (ahead.size() < 2 && planned < batches()) {
        int first = planned;
        int last = Math.min(batches(), first + perWindow);
        var task = new FutureTask<>(() -> read(first, last));
        Thread.ofPlatform().daemon().name("loader").start(task);
        ahead.add(task);
        planned = last;
      }
    }

    private Minibatch read(int first, int last) {
      int from = first * batchSize;
      int to = (int) Math.min((long) last * batchSize, order.length);
      return source.read(Arrays.copyOfRange(order, from, to));
    }

    @Override
    public boolean hasNext() {
      return given < batches();
    }

    @Override
    public Minibatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      var cells = window;
      if (cells == null) {
        cells = await(ahead.remove());
        used = 0;
        plan();
      }
      given++;
      int from = used;
      used = Math.min(cells.size(), from + batchSize);
      window = used < cells.size() ? cells : null;
      return from == 0 && window == null ? cells : cells.slice(from, used);
    }

    private static Minibatch await(FutureTask<Minibatch> task) {
      try {
        return task.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CompletionException("interrupted while waiting for cells", e);
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException failure -> throw failure;
          case Error failure -> throw failure;
          case null, default -> throw new CompletionException(e);
        }
      }
    }
  }
}
