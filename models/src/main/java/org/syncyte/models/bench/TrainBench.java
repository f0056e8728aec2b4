package org.syncyte.models.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Network;
import org.syncyte.models.Summary;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Covariate;
import org.syncyte.models.train.ElboPlan;

/// Time of one training step of scVI: 128 cells, everything at its default.
public final class TrainBench {
  private static final int CELLS = 128;
  private static final int WARM = 40;
  private static final int STEPS = 120;

  /// What to measure.
  ///
  /// @param genes numbers of genes, one after the other
  /// @param densities shares of counts above zero
  /// @param threads numbers of threads
  /// @param plain whether to measure the engine's recording of every operation as well
  /// @param python a Python with PyTorch to be measured beside, or null
  public record Request(
      List<Integer> genes,
      List<Double> densities,
      List<Integer> threads,
      boolean plain,
      @Nullable Path python) {
    public static final Request DEFAULT =
        new Request(List.of(2000), List.of(0.2, 0.05), List.of(1, 2), true, null);

    public Request {
      genes = List.copyOf(genes);
      densities = List.copyOf(densities);
      threads = List.copyOf(threads);
      for (int count : genes) {
        if (count < 1) {
          throw new IllegalArgumentException(count + " genes; at least one is needed");
        }
      }
      for (double share : densities) {
        if (!(share > 0 && share <= 1)) {
          throw new IllegalArgumentException(
              "density %s is not a share above 0, up to 1".formatted(share));
        }
      }
    }
  }

  private TrainBench() {}

  public static void run(PrintStream out, Request request, boolean json) {
    int before = Compute.threads();
    try {
      for (int genes : request.genes) {
        for (double density : request.densities) {
          for (int threads : request.threads) {
            Compute.threads(threads);
            line(out, json, "ours", genes, density, threads, median(genes, density, true));
            if (request.plain) {
              line(out, json, "plain", genes, density, threads, median(genes, density, false));
            }
            if (request.python != null) {
              double torch =
                  TorchStep.milliseconds(request.python, CELLS, genes, density, threads, STEPS / 2);
              line(out, json, "pytorch", genes, density, threads, torch);
            }
          }
        }
      }
    } finally {
      Compute.threads(before);
    }
  }

  private static void line(
      PrintStream out,
      boolean json,
      String what,
      int genes,
      double density,
      int threads,
      double milliseconds) {
    out.printf(
        Locale.ROOT,
        json
            ? "{\"bench\":\"train\",\"path\":\"%s\",\"genes\":%d,\"density\":%.2f,\"threads\":%d,\"ms_per_step\":%.2f,\"cells_per_s\":%.0f}%n"
            : "%-8s %6d genes  density %.2f  threads %d  %7.2f ms per step  %6.0f cells/s%n",
        what,
        genes,
        density,
        threads,
        milliseconds,
        CELLS * 1000 / milliseconds);
  }

  private static double median(int genes, double density, boolean fused) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
    var cells = new Minibatch[8];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cells(genes, density, random);
    }
    var data =
        new Summary(
            genes,
            new Covariate("batch", List.of("a", "b", "c")),
            new Covariate("labels", List.of("0")),
            List.of(),
            0,
            false);
    var times = new double[STEPS];
    var noise = new RandomNoise(random);
    try (var network = Network.start("SCVI", Map.of(), data, 0);
        var plan = new ElboPlan(network, 1e-3, 0.01, 1e-6, fused)) {
      for (int step = -WARM; step < STEPS; step++) {
        long start = System.nanoTime();
        plan.train(cells[Math.floorMod(step, cells.length)], 0.1f, noise);
        if (step >= 0) {
          times[step] = (System.nanoTime() - start) * 1e-6;
        }
      }
    }
    Arrays.sort(times);
    return times[STEPS / 2];
  }

  private static Minibatch cells(int genes, double density, RandomGenerator random) {
    int perCell = Math.max(1, (int) (genes * density));
    var indptr = new long[CELLS + 1];
    var indices = new int[CELLS * perCell];
    var values = new float[CELLS * perCell];
    var batch = new int[CELLS];
    for (int c = 0; c < CELLS; c++) {
      var chosen = random.ints(0, genes).distinct().limit(perCell).sorted().toArray();
      System.arraycopy(chosen, 0, indices, c * perCell, perCell);
      indptr[c + 1] = (long) (c + 1) * perCell;
      batch[c] = random.nextInt(3);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + (int) (-2 * Math.log(1 - random.nextDouble()));
    }
    return new Minibatch(
        new int[CELLS],
        new Csr(CELLS, genes, indptr, indices, values),
        batch,
        new int[CELLS],
        null,
        null,
        null);
  }
}
