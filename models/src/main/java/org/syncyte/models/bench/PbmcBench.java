package org.syncyte.models.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.models.Compute;
import org.syncyte.models.Fit;
import org.syncyte.models.metrics.NeighbourAccuracy;
import org.syncyte.models.metrics.SiteMixing;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

/// Quality of scVI on blood cells of several sites, trained in one place.
///
/// SCVI with defaults and the site as batch, on the 2,000 genes that vary most (`VariableGenes`).
public final class PbmcBench {
  private static final int GENES = 2000;

  private PbmcBench() {}

  /// @param args files of the sites, then optionally `--epochs=N`, `--seed=N`, `--threads=N`,
  ///   `--kl=N` (warm-up epochs), `--genes=FILE` (names of the genes, one a line)
  public static void main(String[] args) throws IOException {
    var files = Arrays.stream(args).filter(arg -> !arg.startsWith("--")).map(Path::of).toList();
    int epochs = option(args, "epochs", 100);
    int threads = option(args, "threads", 0);
    if (threads > 0) {
      Compute.threads(threads);
    }
    run(
        System.out,
        files,
        genes(args),
        TrainOptions.DEFAULT
            .withEpochs(epochs)
            .withKlWarmup(option(args, "kl", 400))
            .withSeed(option(args, "seed", 0))
            .validating(null));
  }

  /// @param genes names of the genes, or null to choose them
  public static void run(
      PrintStream out, List<Path> files, @Nullable List<String> genes, TrainOptions options)
      throws IOException {
    var sites = new ArrayList<AnnData>();
    for (var file : files) {
      sites.add(H5ad.read(file));
    }
    var cells = joined(sites, genes == null ? chosenGenes(sites) : genes);
    out.printf(
        Locale.ROOT,
        "%d cells x %d genes of %d sites%n",
        cells.cells(),
        cells.genes(),
        sites.size());
    var registry = Registry.of(cells, new Setup(null, "site", "cell_type", null));
    var data = registry.bind(cells);
    try (var fit = Fit.start("SCVI", Map.of(), registry, options.seed())) {
      long start = System.nanoTime();
      TrainListener progress =
          (epoch, measures) -> {
            if ((epoch + 1) % 10 == 0) {
              out.printf(
                  Locale.ROOT,
                  "epoch %d  elbo train %.2f  validation %.2f%n",
                  epoch + 1,
                  measures.get("elbo_train"),
                  measures.get("elbo_validation"));
            }
            return true;
          };
      var history = Trainer.train(fit, data, options, progress);
      double seconds = (System.nanoTime() - start) * 1e-9;
      var latent = LatentRepresentation.of(fit, data).mean();
      int[] labels = data.labels();
      int[] site = data.batch();
      out.printf(
          Locale.ROOT, "minus ELBO per validation cell   %.2f%n", history.last("elbo_validation"));
      print(
          out,
          "label accuracy across sites, k=15",
          NeighbourAccuracy.acrossSites(latent, labels, site, 15));
      print(
          out,
          "  cells whose label others have  ",
          NeighbourAccuracy.acrossSites(latent, labels, site, 15, true));
      out.printf(
          Locale.ROOT, "other-site neighbours, k=30      %.3f%n", SiteMixing.of(latent, site, 30));
      out.printf(
          Locale.ROOT,
          "%.1f s for %d epochs, %.0f cells/s%n",
          seconds,
          history.epochs(),
          history.epochs() * (double) cells.cells() / seconds);
    }
  }

  private static void print(PrintStream out, String name, double[] values) {
    out.printf(
        Locale.ROOT,
        "%s %.3f  (%s)%n",
        name,
        Arrays.stream(values).average().orElse(Double.NaN),
        String.join(
            ", ",
            Arrays.stream(values).mapToObj(v -> String.format(Locale.ROOT, "%.3f", v)).toList()));
  }

  /// The named genes of all sites, cells below each other.
  static AnnData joined(List<AnnData> sites, List<String> genes) {
    int cells = sites.stream().mapToInt(AnnData::cells).sum();
    var parts = new ArrayList<Csr>();
    var names = new ArrayList<String>();
    var columns = new LinkedHashMap<String, ArrayList<String>>();
    for (var site : sites) {
      parts.add(counts(site, genes));
      names.addAll(site.obs().index());
      for (var key : List.of("site", "cell_type")) {
        var column =
            site.obs()
                .column(key)
                .orElseThrow(() -> new IllegalArgumentException("obs has no column " + key));
        var all = columns.computeIfAbsent(key, _ -> new ArrayList<>());
        for (int i = 0; i < site.cells(); i++) {
          all.add(String.valueOf(column.text(i)));
        }
      }
    }
    var obs = DataFrame.of(names);
    for (var column : columns.entrySet()) {
      obs = obs.with(column.getKey(), categorical(column.getValue()));
    }
    return AnnData.of(stacked(parts, cells, genes.size()), obs, DataFrame.of(genes));
  }

  private static Column categorical(List<String> texts) {
    var categories = List.copyOf(new TreeSet<>(texts));
    return new Column.Categorical(
        texts.stream().mapToInt(categories::indexOf).toArray(), categories, false);
  }

  private static Csr stacked(List<Csr> parts, int rows, int columns) {
    int stored = parts.stream().mapToInt(Csr::stored).sum();
    var indptr = new long[rows + 1];
    var indices = new int[stored];
    var values = new float[stored];
    int row = 0;
    int next = 0;
    for (var part : parts) {
      System.arraycopy(part.indices(), 0, indices, next, part.stored());
      System.arraycopy(part.values(), 0, values, next, part.stored());
      for (int r = 0; r < part.rows(); r++) {
        indptr[row + r + 1] = next + part.indptr()[r + 1];
      }
      row += part.rows();
      next += part.stored();
    }
    return new Csr(rows, columns, indptr, indices, values);
  }

  /// The common genes of all sites that vary most.
  static List<String> chosenGenes(List<AnnData> sites) {
    var common = new ArrayList<>(sites.getFirst().var().index());
    for (var site : sites) {
      common.retainAll(new HashSet<>(site.var().index()));
    }
    var counts = sites.stream().map(site -> counts(site, common)).toList();
    return Arrays.stream(VariableGenes.choose(counts, Math.min(GENES, common.size())))
        .mapToObj(common::get)
        .toList();
  }

  private static Csr counts(AnnData site, List<String> genes) {
    var index = new HashMap<String, Integer>();
    for (int g = 0; g < site.genes(); g++) {
      index.put(site.var().index().get(g), g);
    }
    return site.layer(null).columns(genes.stream().mapToInt(index::get).toArray()).toCsr();
  }

  static @Nullable List<String> genes(String[] args) throws IOException {
    for (var arg : args) {
      if (arg.startsWith("--genes=")) {
        return Files.readAllLines(Path.of(arg.substring("--genes=".length())));
      }
    }
    return null;
  }

  static int option(String[] args, String name, int otherwise) {
    for (var arg : args) {
      if (arg.startsWith("--" + name + "=")) {
        return Integer.parseInt(arg.substring(name.length() + 3));
      }
    }
    return otherwise;
  }
}
