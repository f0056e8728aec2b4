package org.syncyte.anndata.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.h5ad.H5ad;

/// How fast blocks of cells come out of a compressed file.
///
/// Data: 100,000 cells by 2,000 genes, 200 counts per cell, gzip level 4, made from a seed. The
/// baseline is the HDF Group's library, through h5py when a Python is given, else called directly.
/// Both read the same blocks of the same file, warm, alternating; medians of five turns.
///
///     T1  64-cell blocks, 1 thread, cells per CPU-second      at least 1.3 times the baseline
///     T2  64-cell blocks, 2 threads, cells per second         at least 2.2 times
///     T3  1,024-cell blocks, 2 threads, cells per second      at least 2 times
///
/// Nothing keeps decoded chunks, so that nothing but decoding is compared. With 2 threads two blocks
/// are read side by side, as `Loader` does with its windows; h5py cannot, since the library behind
/// it holds one lock. T2 and T3 mean something only while both processors are free; `busy` tells.
public final class LoadBench {
  static final int CELLS = 100_000;
  static final int GENES = 2_000;
  static final int COUNTS = 200;
  private static final int TURNS = 5;
  private static final double SECONDS = 1.0;

  private LoadBench() {}

  private record Goal(
      String name, int block, int threads, long cacheBytes, boolean byCpu, double must) {}

  private static final List<Goal> GOALS =
      List.of(
          new Goal("T1", 64, 1, 0, true, 1.3),
          new Goal("T2", 64, 2, 0, false, 2.2),
          new Goal("T3", 1024, 2, 0, false, 2.0));

  /// Runs the benchmark.
  ///
  /// @param folder where the data file is made (about 60 MB), or found from an earlier run
  /// @param python a Python with h5py and numpy to compare with, or null
  /// @param out where the result is printed
  /// @param json one JSON object per line instead of a table
  public static void run(Path folder, @Nullable Path python, PrintStream out, boolean json) {
    var file = folder.resolve("load-bench-%d-%d-%d.h5ad".formatted(CELLS, GENES, COUNTS));
    if (!Files.exists(file)) {
      H5ad.write(made(), file);
    }
    if (!json) {
      out.printf(
          Locale.ROOT,
          "%d cells x %d genes, %d counts per cell, gzip 4; baseline %s; cells per second and per CPU-second%n%-4s %6s %7s %11s %11s %11s %11s  %-5s %6s %5s %5s%n",
          CELLS,
          GENES,
          COUNTS,
          python == null ? "libhdf5" : "h5py",
          "goal",
          "block",
          "threads",
          "ours/s",
          "base/s",
          "ours/cpu",
          "base/cpu",
          "by",
          "ratio",
          "must",
          "busy");
    }
    for (var goal : GOALS) {
      report(goal, file, python, out, json);
    }
  }

  private static void report(
      Goal goal, Path file, @Nullable Path python, PrintStream out, boolean json) {
    var ours = new ArrayList<Rate>();
    var base = new ArrayList<Rate>();
    var options = new H5ad.Options(goal.threads, goal.cacheBytes);
    try (var own = new OwnReader(file, options);
        var library = new LibraryReader(file, COUNTS)) {
      check(own, library, goal.block);
      for (int turn = 0; turn < TURNS + 1; turn++) {
        int seed = turn;
        var mine = timed(own, goal.threads, goal.block, seed);
        var theirs =
            python == null
                ? timed(library, 1, goal.block, seed)
                : H5py.timed(python, file, goal.block, seed, SECONDS, CELLS, COUNTS);
        if (turn > 0) {
          ours.add(mine);
          base.add(theirs);
        }
      }
    }
    double busy =
        ours.stream().mapToDouble(Rate::busy).sorted().skip(TURNS / 2).findFirst().orElse(0);
    double ratio = median(ours, goal.byCpu) / median(base, goal.byCpu);
    out.printf(
        Locale.ROOT,
        json
            ? "{\"goal\":\"%s\",\"block\":%d,\"threads\":%d,\"cellsPerSecond\":%.0f,\"baselineCellsPerSecond\":%.0f,\"cellsPerCpuSecond\":%.0f,\"baselineCellsPerCpuSecond\":%.0f,\"judgedBy\":\"%s\",\"ratio\":%.2f,\"must\":%.1f,\"busy\":%.2f}%n"
            : "%-4s %6d %7d %11.0f %11.0f %11.0f %11.0f  %-5s %6.2f %5.1f %5.2f%n",
        goal.name,
        goal.block,
        goal.threads,
        median(ours, false),
        median(base, false),
        median(ours, true),
        median(base, true),
        goal.byCpu ? "cpu" : "wall",
        ratio,
        goal.must,
        busy);
  }

  private static void check(Reader own, Reader library, int block) {
    for (int from = 0; from < CELLS - block; from += CELLS / 7) {
      double left = own.read(from, block);
      double right = library.read(from, block);
      if (left != right) {
        throw new IllegalStateException(
            "cells from %d: sum %s differs from %s".formatted(from, left, right));
      }
    }
  }

  private static double median(List<Rate> rates, boolean byCpu) {
    return rates.stream()
        .mapToDouble(byCpu ? Rate::perCpuSecond : Rate::perSecond)
        .sorted()
        .skip(rates.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  /// `readers` threads take blocks side by side, as the loader reads two windows ahead.
  private static Rate timed(Reader reader, int readers, int block, int seed) {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    long end = start + (long) (SECONDS * 1e9);
    var counts = new ArrayList<Future<Long>>();
    try (var pool = Executors.newFixedThreadPool(readers)) {
      for (int k = 0; k < readers; k++) {
        var random = new SplittableRandom(seed * 31L + k);
        counts.add(pool.submit(() -> read(reader, block, random, end)));
      }
    }
    long cells = counts.stream().mapToLong(Future::resultNow).sum();
    return new Rate(
        cells, (System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9);
  }

  private static long read(Reader reader, int block, SplittableRandom random, long end) {
    long cells = 0;
    double sum = 0;
    while (System.nanoTime() < end) {
      sum += reader.read(random.nextInt(CELLS - block), block);
      cells += block;
    }
    if (sum <= 0) {
      throw new IllegalStateException("no counts were read");
    }
    return cells;
  }

  /// Sparse counts: which genes are uniformly random, values geometric.
  static AnnData made() {
    var random = new SplittableRandom(20_260_101);
    var indptr = new long[CELLS + 1];
    var indices = new int[CELLS * COUNTS];
    var values = new float[CELLS * COUNTS];
    int next = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      int wanted = COUNTS;
      for (int gene = 0; wanted > 0; gene++) {
        if (random.nextInt(GENES - gene) < wanted) {
          wanted--;
          indices[next] = gene;
          values[next++] = 1 + Integer.numberOfTrailingZeros(random.nextInt() | 1 << 20);
        }
      }
      indptr[cell + 1] = next;
    }
    return AnnData.of(
        new Csr(CELLS, GENES, indptr, indices, values),
        DataFrame.of(names("cell", CELLS)),
        DataFrame.of(names("gene", GENES)));
  }

  private static List<String> names(String stem, int count) {
    var names = new ArrayList<String>(count);
    for (int i = 0; i < count; i++) {
      names.add(stem + i);
    }
    return names;
  }

  /// `LoadBench FOLDER [PYTHON]`.
  public static void main(String[] arguments) {
    try {
      var folder = arguments.length > 0 ? Path.of(arguments[0]) : Files.createTempDirectory("load");
      run(folder, arguments.length > 1 ? Path.of(arguments[1]) : null, System.out, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
