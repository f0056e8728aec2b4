package org.syncyte.onnx.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.syncyte.models.Fit;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.tasks.Comparison;
import org.syncyte.models.tasks.DeOptions;
import org.syncyte.models.tasks.DifferentialExpression;
import org.syncyte.models.tasks.IntegratedGradients;
import org.syncyte.models.tasks.Selection;
import org.syncyte.onnx.export.Exporter;
import org.syncyte.onnx.runtime.OnnxAttributions;
import org.syncyte.onnx.runtime.OnnxModel;

/// How long differential expression and attributions take: SCVI of 2,000 genes, 5 % of them counted
/// in a cell, one engine thread.
public final class TaskBench {
  private static final int GENES = 2000;
  private static final int CELLS = 512;

  private TaskBench() {}

  /// Genes per second of one comparison of two groups, 5,000 draws each.
  public static void expression(PrintStream out, boolean json) {
    with(fit -> {
      var cells = new LatentBench.Cells(GENES);
      var groups =
          new Comparison(
              "a", "b", IntStream.range(0, 2000).toArray(), IntStream.range(2000, 8000).toArray());
      for (var options : List.of(DeOptions.VANILLA, DeOptions.CHANGE)) {
        DifferentialExpression.of(fit, cells, List.of(groups), options.withSamples(500));
        long start = System.nanoTime();
        DifferentialExpression.of(fit, cells, List.of(groups), options);
        double seconds = (System.nanoTime() - start) * 1e-9;
        out.printf(
            Locale.ROOT,
            json
                ? "{\"bench\":\"de\",\"mode\":\"%s\",\"genes\":%d,\"draws\":%d,\"seconds\":%.2f,\"genes_per_s\":%.0f}%n"
                : "%-8s %d genes, %d draws of each side: %.2f s, %,.0f genes/s%n",
            options.mode().name().toLowerCase(Locale.ROOT),
            GENES,
            options.samples(),
            seconds,
            GENES / seconds);
      }
    });
  }

  /// Cells per second of attributions towards a latent dimension, 50 steps: autograd and the graph.
  public static void attributions(PrintStream out, boolean json) {
    with(fit -> {
      var cells = new Selection(new LatentBench.Cells(GENES), IntStream.range(0, CELLS).toArray());
      var graph = Exporter.attributions(fit, Exporter.Explained.LATENT);
      try (var onnx = OnnxModel.open(graph, 1)) {
        var targets = new int[CELLS];
        double eager = 0;
        double traced = 0;
        for (int run = 0; run < 3; run++) {
          long start = System.nanoTime();
          IntegratedGradients.ofLatent(fit, cells, 0, IntegratedGradients.Options.STANDARD);
          long middle = System.nanoTime();
          OnnxAttributions.of(onnx, cells, targets);
          eager = Math.max(eager, CELLS / ((middle - start) * 1e-9));
          traced = Math.max(traced, CELLS / ((System.nanoTime() - middle) * 1e-9));
        }
        out.printf(
            Locale.ROOT,
            json
                ? "{\"bench\":\"ig\",\"genes\":%d,\"autograd_cells_per_s\":%.0f,\"onnx_cells_per_s\":%.0f}%n"
                : "%d genes, 50 steps: autograd %,.0f cells/s, ONNX %,.0f cells/s (best of 3)%n",
            GENES,
            eager,
            traced);
      }
    });
  }

  private static void with(java.util.function.Consumer<Fit> work) {
    int before = Compute.threads();
    Compute.threads(1);
    try (var fit = Fit.start("SCVI", Map.of(), LatentBench.registry(GENES), 0)) {
      fit.load(fit.state());
      work.accept(fit);
    } finally {
      Compute.threads(before);
    }
  }
}
