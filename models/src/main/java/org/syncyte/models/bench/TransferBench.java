package org.syncyte.models.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.collection.AnnCollection;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.models.Fit;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

/// Whether the labels of all sites but one tell the cells of that one, each site in turn.
///
/// SCVI with defaults and the site as batch trains on all cells, once; from it a SCANVI begins for
/// each site, with that site's labels taken away. Genes are the 2,000 of `DispersionGenes`.
public final class TransferBench {
  private static final int GENES = 2000;
  private static final String UNLABELED = "Unknown";

  private TransferBench() {}

  /// @param args files of the sites, then optionally `--epochs=N` of SCVI, `--more=N` of SCANVI,
  ///   `--seed=N`, `--threads=N`
  public static void main(String[] args) throws IOException {
    var sites = new ArrayList<AnnData>();
    for (var arg : args) {
      if (!arg.startsWith("--")) {
        sites.add(H5ad.read(Path.of(arg)));
      }
    }
    Compute.threads(option(args, "threads", 1));
    run(
        System.out,
        sites,
        DispersionGenes.choose(sites, GENES),
        TrainOptions.DEFAULT.withSeed(option(args, "seed", 0)),
        option(args, "epochs", 100),
        option(args, "more", 20));
  }

  /// @param sites counts in X, obs with columns `site` and `cell_type`
  /// @param epochs of SCVI
  /// @param more epochs of SCANVI
  public static void run(
      PrintStream out,
      List<AnnData> sites,
      List<String> genes,
      TrainOptions options,
      int epochs,
      int more) {
    var cells = AnnCollection.of(sites.toArray(AnnData[]::new)).view();
    var setup = new Setup(null, "site", null, null);
    var found = Registry.of(cells, setup);
    var plain = new Registry(genes, found.batches(), found.labels(), List.of(), List.of(), setup);
    var site = text(cells, "site");
    var truth = text(cells, "cell_type");
    try (var scvi = Fit.start("SCVI", Map.of(), plain, options.seed())) {
      long start = System.nanoTime();
      Trainer.train(scvi, plain.bind(cells), options.withEpochs(epochs), TrainListener.NONE);
      out.printf(
          Locale.ROOT, "SCVI %d epochs, %.1f s%n", epochs, (System.nanoTime() - start) * 1e-9);
      for (var held : new TreeSet<>(Arrays.asList(site))) {
        transfer(out, scvi, cells, held, site, truth, options.withEpochs(more));
      }
    }
  }

  private static void transfer(
      PrintStream out,
      Fit scvi,
      AnnData cells,
      String held,
      String[] site,
      String[] truth,
      TrainOptions options) {
    var known = new String[truth.length];
    var taught = new HashSet<String>();
    for (int i = 0; i < known.length; i++) {
      known[i] = site[i].equals(held) ? UNLABELED : truth[i];
      taught.add(known[i]);
    }
    var masked = cells.withObs(cells.obs().with("known", new Column.Strings(known)));
    var registry = scvi.registry().relabelled(masked, "known", UNLABELED);
    var data = registry.bind(masked);
    try (var fit = Fit.from(scvi, "SCANVI", Map.of(), registry, options.seed())) {
      long start = System.nanoTime();
      var history = Trainer.train(fit, data, options, TrainListener.NONE);
      double seconds = (System.nanoTime() - start) * 1e-9;
      var told = LabelTransfer.of(fit, data);
      int all = 0;
      int right = 0;
      int tellable = 0;
      for (int i = 0; i < truth.length; i++) {
        if (site[i].equals(held)) {
          all++;
          right += told.label(i).equals(truth[i]) ? 1 : 0;
          tellable += taught.contains(truth[i]) ? 1 : 0;
        }
      }
      out.printf(
          Locale.ROOT,
          "%s: %.3f of %d cells told right, %.3f of the %d whose label others have"
              + " (labelled cells %.3f, %.1f s)%n",
          held,
          (double) right / all,
          all,
          (double) right / tellable,
          tellable,
          history.last("train_accuracy"),
          seconds);
    }
  }

  static int option(String[] args, String name, int otherwise) {
    for (var arg : args) {
      if (arg.startsWith("--" + name + "=")) {
        return Integer.parseInt(arg.substring(name.length() + 3));
      }
    }
    return otherwise;
  }

  static String[] text(AnnData cells, String key) {
    var column = cells.obs().column(key).orElseThrow();
    var text = new String[cells.cells()];
    Arrays.setAll(text, i -> String.valueOf(column.text(i)));
    return text;
  }
}
