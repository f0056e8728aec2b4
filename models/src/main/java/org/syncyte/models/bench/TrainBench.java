package org.syncyte.models.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.fields.ProteinKeys;
import org.syncyte.anndata.fields.Proteins;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.train.AdversarialPlan;
import org.syncyte.models.train.ElboPlan;
import org.syncyte.models.train.SemiSupervisedPlan;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.TrainingPlan;

/// Time of one training step, everything at its default: 128 cells of scVI, 128 cells and 128
/// labelled ones of scANVI, 256 cells with 100 proteins of totalVI.
public final class TrainBench {
  private static final int BATCHES = 3;
  private static final int LABELS = 10;
  private static final int PROTEINS = 100;
  private static final int WARM = 40;
  private static final int STEPS = 120;

  /// What to measure.
  ///
  /// @param models classes, one after the other
  /// @param genes numbers of genes, one after the other
  /// @param densities shares of counts above zero
  /// @param threads numbers of threads
  /// @param plain whether to measure the engine's recording of every operation as well
  /// @param python a Python with PyTorch to be measured beside, or null; its baseline is of SCVI
  public record Request(
      List<String> models,
      List<Integer> genes,
      List<Double> densities,
      List<Integer> threads,
      boolean plain,
      @Nullable Path python) {
    public static final Request DEFAULT =
        new Request(List.of("SCVI"), List.of(2000), List.of(0.2, 0.05), List.of(1, 2), true, null);

    public Request {
      models = List.copyOf(models);
      for (var model : models) {
        if (!List.of("SCVI", "SCANVI", "TOTALVI").contains(model)) {
          throw new IllegalArgumentException(
              "model '%s' is not measured; choose SCVI, SCANVI or TOTALVI".formatted(model));
        }
      }
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
      for (var model : request.models) {
        for (int genes : request.genes) {
          for (double density : request.densities) {
            for (int threads : request.threads) {
              Compute.threads(threads);
              var line = new Line(out, json, model, genes, density, threads);
              line.print("ours", median(model, genes, density, true));
              if (request.plain) {
                line.print("plain", median(model, genes, density, false));
              }
              if (request.python != null && model.equals("SCVI")) {
                line.print(
                    "pytorch",
                    TorchStep.milliseconds(
                        request.python, cells(model), genes, density, threads, STEPS / 2));
              }
            }
          }
        }
      }
    } finally {
      Compute.threads(before);
    }
  }

  private record Line(
      PrintStream out, boolean json, String model, int genes, double density, int threads) {
    void print(String what, double milliseconds) {
      out.printf(
          Locale.ROOT,
          json
              ? "{\"bench\":\"train\",\"model\":\"%s\",\"path\":\"%s\",\"genes\":%d,\"density\":%.2f,\"threads\":%d,\"ms_per_step\":%.2f,\"cells_per_s\":%.0f}%n"
              : "%-8s %-8s %6d genes  density %.2f  threads %d  %7.2f ms per step  %6.0f cells/s%n",
          model,
          what,
          genes,
          density,
          threads,
          milliseconds,
          cells(model) * 1000 / milliseconds);
    }
  }

  private static int cells(String model) {
    return model.equals("TOTALVI") ? 256 : 128;
  }

  private static double median(String model, int genes, double density, boolean fused) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
    var steps = new TrainingPlan.Step[8];
    for (int i = 0; i < steps.length; i++) {
      var cells = cells(model, genes, density, random);
      steps[i] =
          new TrainingPlan.Step(
              cells, model.equals("SCANVI") ? cells(model, genes, density, random) : null);
    }
    var times = new double[STEPS];
    var noise = new RandomNoise(random);
    try (var fit = Fit.start(model, Map.of(), registry(model, genes), 0);
        var plan = plan(model, fit, fused)) {
      for (int step = -WARM; step < STEPS; step++) {
        long start = System.nanoTime();
        plan.train(steps[Math.floorMod(step, steps.length)], 0.1f, noise);
        if (step >= 0) {
          times[step] = (System.nanoTime() - start) * 1e-6;
        }
      }
    }
    Arrays.sort(times);
    return times[STEPS / 2];
  }

  private static TrainingPlan plan(String model, Fit fit, boolean fused) {
    return switch (model) {
      case "SCANVI" -> new SemiSupervisedPlan(fit.network(), 50, 1e-3, 0.01, 0, fused);
      case "TOTALVI" -> new AdversarialPlan(fit, 0, TrainOptions.of(model, 20_000), fused);
      default -> new ElboPlan(fit.network(), 1e-3, 0.01, 1e-6, fused);
    };
  }

  private static Registry registry(String model, int genes) {
    boolean learns = model.equals("SCANVI");
    boolean proteins = model.equals("TOTALVI");
    return new Registry(
        names("g", genes),
        names("b", BATCHES),
        names("l", learns ? LABELS + 1 : 1),
        List.of(),
        List.of(),
        new Setup(
            null,
            "batch",
            learns ? "label" : null,
            null,
            learns ? "l" + LABELS : null,
            proteins ? new ProteinKeys("proteins") : null),
        proteins ? new Proteins(names("p", PROTEINS), List.of(), List.of()) : null);
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static Minibatch cells(String model, int genes, double density, RandomGenerator random) {
    int size = cells(model);
    int perCell = Math.max(1, (int) (genes * density));
    var indptr = new long[size + 1];
    var indices = new int[size * perCell];
    for (int c = 0; c < size; c++) {
      var chosen = random.ints(0, genes).distinct().limit(perCell).sorted().toArray();
      System.arraycopy(chosen, 0, indices, c * perCell, perCell);
      indptr[c + 1] = (long) (c + 1) * perCell;
    }
    return new Minibatch(
        new int[size],
        new Csr(size, genes, indptr, indices, counts(indices.length, 2, random)),
        random.ints(size, 0, BATCHES).toArray(),
        model.equals("SCANVI") ? random.ints(size, 0, LABELS).toArray() : new int[size],
        null,
        null,
        null,
        model.equals("TOTALVI") ? counts(size * PROTEINS, 20, random) : null,
        null,
        null);
  }

  private static float[] counts(int length, double mean, RandomGenerator random) {
    var values = new float[length];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + (int) (-mean * Math.log(1 - random.nextDouble()));
    }
    return values;
  }
}
