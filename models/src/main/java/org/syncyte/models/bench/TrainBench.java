package org.syncyte.models.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Compute;
import org.syncyte.models.Network;
import org.syncyte.models.Summary;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.nn.Covariate;
import org.syncyte.models.train.ElboPlan;

/// Time of one training step of scVI: 128 cells, 2,000 genes, everything at its default.
public final class TrainBench {
  private static final int CELLS = 128;
  private static final int GENES = 2000;
  private static final int WARM = 40;
  private static final int STEPS = 120;

  private TrainBench() {}

  /// @param args `--json` for one JSON line per setting
  public static void main(String[] args) {
    run(System.out, Arrays.asList(args).contains("--json"));
  }

  public static void run(PrintStream out, boolean json) {
    int before = Compute.threads();
    try {
      for (double density : new double[] {0.2, 0.05}) {
        for (int threads : new int[] {1, 2}) {
          Compute.threads(threads);
          double median = median(density);
          out.printf(
              Locale.ROOT,
              json
                  ? "{\"bench\":\"train\",\"density\":%.2f,\"threads\":%d,\"ms_per_step\":%.2f,\"cells_per_s\":%.0f}%n"
                  : "density %.2f  threads %d  %6.2f ms per step  %6.0f cells/s%n",
              density,
              threads,
              median,
              CELLS * 1000 / median);
        }
      }
    } finally {
      Compute.threads(before);
    }
  }

  private static double median(double density) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
    var cells = new Minibatch[8];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cells(density, random);
    }
    var data =
        new Summary(
            GENES,
            new Covariate("batch", List.of("a", "b", "c")),
            new Covariate("labels", List.of("0")),
            List.of(),
            0,
            false);
    var times = new double[STEPS];
    var noise = new RandomNoise(random);
    try (var network = Network.start("SCVI", Map.of(), data, 0);
        var plan = new ElboPlan(network, 1e-3, 0.01, 1e-6)) {
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

  private static Minibatch cells(double density, RandomGenerator random) {
    int perCell = (int) (GENES * density);
    var indptr = new long[CELLS + 1];
    var indices = new int[CELLS * perCell];
    var values = new float[CELLS * perCell];
    var batch = new int[CELLS];
    for (int c = 0; c < CELLS; c++) {
      var genes = random.ints(0, GENES).distinct().limit(perCell).sorted().toArray();
      System.arraycopy(genes, 0, indices, c * perCell, perCell);
      indptr[c + 1] = (long) (c + 1) * perCell;
      batch[c] = random.nextInt(3);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + (int) (-2 * Math.log(1 - random.nextDouble()));
    }
    return new Minibatch(
        new int[CELLS],
        new Csr(CELLS, GENES, indptr, indices, values),
        batch,
        new int[CELLS],
        null,
        null,
        null);
  }
}
