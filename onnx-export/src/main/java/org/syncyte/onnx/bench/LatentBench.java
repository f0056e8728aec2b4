package org.syncyte.onnx.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Fit;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.onnx.export.Difference;
import org.syncyte.onnx.export.Exporter;
import org.syncyte.onnx.runtime.QueryMapper;

/// Cells per second into latent space: the exported graph beside the model itself.
///
/// Both start from the same sparse counts and end with the means in an array. The graph runs as a
/// query is mapped, names of genes and checks of counts included.
public final class LatentBench {
  private static final int CELLS = 32_768;
  private static final double DENSITY = 0.05;
  private static final int RUNS = 5;

  private LatentBench() {}

  /// @param args `--json` for one JSON line per setting
  public static void main(String[] args) {
    run(System.out, Arrays.asList(args).contains("--json"));
  }

  public static void run(PrintStream out, boolean json) {
    int before = Compute.threads();
    try {
      for (int genes : new int[] {2000, 8000}) {
        var cells = new Cells(genes);
        try (var fit = Fit.start("SCVI", Map.of(), registry(genes), 0)) {
          fit.load(fit.state());
          byte[] graph = Exporter.latent(fit);
          for (int threads : new int[] {1, 2}) {
            measure(out, json, cells, fit, graph, threads);
          }
        }
      }
    } finally {
      Compute.threads(before);
    }
  }

  private static void measure(
      PrintStream out, boolean json, Cells cells, Fit fit, byte[] graph, int threads) {
    Compute.threads(threads);
    try (var onnx = QueryMapper.of(graph, null, threads)) {
      var query = cells.query();
      var eager = LatentRepresentation.of(fit, cells).mean().values();
      var difference = Difference.of(run(onnx, query), eager);
      var provider = onnx.map(query).provider();
      var eagerTimes = new double[RUNS];
      var onnxTimes = new double[RUNS];
      for (int i = 0; i < RUNS; i++) {
        long start = System.nanoTime();
        LatentRepresentation.of(fit, cells);
        long middle = System.nanoTime();
        run(onnx, query);
        eagerTimes[i] = (middle - start) * 1e-9;
        onnxTimes[i] = (System.nanoTime() - middle) * 1e-9;
      }
      Arrays.sort(eagerTimes);
      Arrays.sort(onnxTimes);
      double eagerSpeed = CELLS / eagerTimes[RUNS / 2];
      double onnxSpeed = CELLS / onnxTimes[RUNS / 2];
      out.printf(
          Locale.ROOT,
          json
              ? "{\"bench\":\"latent\",\"genes\":%d,\"threads\":%d,\"provider\":\"%s\",\"onnx_cells_per_s\":%.0f,\"eager_cells_per_s\":%.0f,\"ratio\":%.2f,\"max_relative\":%.1e}%n"
              : "genes %5d  threads %d  %s  ONNX %7.0f cells/s  eager %7.0f cells/s  ratio %.2f  difference %.1e%n",
          cells.genes(),
          threads,
          provider,
          onnxSpeed,
          eagerSpeed,
          onnxSpeed / eagerSpeed,
          difference.relative());
    }
  }

  private static float[] run(QueryMapper onnx, AnnData query) {
    var latent = onnx.map(query).data().obsm().get(QueryMapper.LATENT);
    return Objects.requireNonNull(latent).toDense().values();
  }

  static Registry registry(int genes) {
    return new Registry(
        names("g", genes),
        List.of("a", "b", "c"),
        List.of("0"),
        List.of(),
        List.of(),
        new Setup(null, null, null, null));
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  /// Made-up sparse counts.
  static final class Cells implements DataSource {
    private final Csr counts;

    Cells(int genes) {
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
      counts = counts(genes, random);
    }

    private static Csr counts(int genes, RandomGenerator random) {
      int perCell = (int) (genes * DENSITY);
      var indptr = new long[CELLS + 1];
      var indices = new int[CELLS * perCell];
      var values = new float[CELLS * perCell];
      for (int c = 0; c < CELLS; c++) {
        var chosen = random.ints(0, genes).distinct().limit(perCell).sorted().toArray();
        System.arraycopy(chosen, 0, indices, c * perCell, perCell);
        indptr[c + 1] = (long) (c + 1) * perCell;
      }
      for (int i = 0; i < values.length; i++) {
        values[i] = 1 + random.nextInt(4);
      }
      return new Csr(CELLS, genes, indptr, indices, values);
    }

    /// These cells with the names of a file.
    AnnData query() {
      return AnnData.of(counts, DataFrame.of(names("c", CELLS)), DataFrame.of(names("g", genes())));
    }

    @Override
    public int cells() {
      return CELLS;
    }

    @Override
    public int genes() {
      return counts.columns();
    }

    @Override
    public Minibatch read(int[] cells) {
      var zeros = new int[cells.length];
      return new Minibatch(cells, counts.rows(cells), zeros, zeros, null, null, null);
    }
  }
}
