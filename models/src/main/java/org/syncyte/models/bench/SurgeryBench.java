package org.syncyte.models.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.collection.AnnCollection;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.metrics.SiteQuality;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.QueryMapping;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

/// Whether a model of all sites but one does better on the cells of that one after it has learned
/// them: each site in turn, SCVI and a SCANVI that begins from it, with the arguments that suit
/// surgery. Genes are the 2,000 of `DispersionGenes` over the reference sites.
///
///     mapped     the query as a batch that the model knows, nothing trained
///     learned    after surgery
///
/// Accuracy is that of the labels told by the 15 nearest reference cells, and for SCANVI by its
/// classifier; mixing the share of the other side among the 30 nearest cells.
public final class SurgeryBench {
  private static final int GENES = 2000;
  private static final String UNLABELED = "Unknown";
  private static final Map<String, String> CONFIG =
      Map.of(
          "n_layers", "2",
          "encode_covariates", "true",
          "use_layer_norm", "both",
          "use_batch_norm", "none");

  private SurgeryBench() {}

  /// @param args files of the sites, then optionally `--epochs=N` of SCVI, `--more=N` of SCANVI,
  ///   `--surgery=N` of the query, `--seed=N`, `--threads=N`
  public static void main(String[] args) throws IOException {
    var sites = new ArrayList<AnnData>();
    for (var arg : args) {
      if (!arg.startsWith("--")) {
        sites.add(H5ad.read(Path.of(arg)));
      }
    }
    Compute.threads(TransferBench.option(args, "threads", 1));
    run(
        System.out,
        sites,
        TransferBench.option(args, "seed", 0),
        TransferBench.option(args, "epochs", 100),
        TransferBench.option(args, "more", 20),
        TransferBench.option(args, "surgery", 100));
  }

  /// @param sites counts in X, obs with columns `site` and `cell_type`
  /// @param epochs of SCVI
  /// @param more epochs of SCANVI
  /// @param surgery epochs on the query
  public static void run(
      PrintStream out, List<AnnData> sites, long seed, int epochs, int more, int surgery) {
    for (var query : sites) {
      var others = sites.stream().filter(site -> site != query).toList();
      var cells = AnnCollection.of(others.toArray(AnnData[]::new)).view();
      var found = Registry.of(cells, new Setup(null, "site", null, null));
      var plain =
          new Registry(
              DispersionGenes.choose(others, GENES),
              found.batches(),
              found.labels(),
              List.of(),
              List.of(),
              found.setup());
      var options = TrainOptions.DEFAULT.withSeed(seed);
      try (var scvi = Fit.start("SCVI", CONFIG, plain, seed)) {
        Trainer.train(scvi, plain.bind(cells), options.withEpochs(epochs), TrainListener.NONE);
        judge(out, scvi, cells, query, surgery, seed);
        var registry = plain.relabelled(cells, "cell_type", UNLABELED);
        try (var scanvi = Fit.from(scvi, "SCANVI", Map.of(), registry, seed)) {
          var history =
              Trainer.train(
                  scanvi, registry.bind(cells), options.withEpochs(more), TrainListener.NONE);
          out.printf(
              Locale.ROOT,
              "%s SCANVI of the other sites tells %.3f of their own labels%n",
              texts(query, "site").getFirst(),
              history.last("train_accuracy"));
          judge(out, scanvi, cells, without(query), surgery, seed);
        }
      }
    }
  }

  private static void judge(
      PrintStream out, Fit reference, AnnData cells, AnnData query, int surgery, long seed) {
    var known = LatentRepresentation.of(reference, reference.registry().bind(cells)).mean();
    var batch = reference.registry().batches().getFirst();
    var sites = new String[query.cells()];
    Arrays.fill(sites, batch);
    var placed = query.withObs(query.obs().with("site", new Column.Strings(sites)));
    var registry = reference.registry();
    var labels = registry.setup().unlabeledCategory();
    var mapped = registry.bind(org.syncyte.anndata.fields.Check.COUNTS, labels, placed);
    print(out, "mapped", reference, mapped, known, cells, query, 0);
    long start = System.nanoTime();
    var options = new QueryMapping.Options(QueryMapping.Options.DEFAULT.freezing(), 0.5, seed);
    try (var mapping = QueryMapping.begin(reference, query, options)) {
      Trainer.train(
          mapping.fit(),
          mapping.cells(),
          TrainOptions.QUERY.withSeed(seed).withEpochs(surgery),
          TrainListener.NONE);
      double seconds = (System.nanoTime() - start) * 1e-9;
      print(out, "learned", mapping.fit(), mapping.cells(), known, cells, query, seconds);
    }
  }

  private static void print(
      PrintStream out,
      String how,
      Fit fit,
      DataSource bound,
      Dense known,
      AnnData cells,
      AnnData query,
      double seconds) {
    var latent = LatentRepresentation.of(fit, bound).mean();
    var places = Arrays.copyOf(known.values(), known.values().length + latent.values().length);
    System.arraycopy(latent.values(), 0, places, known.values().length, latent.values().length);
    var truth = new ArrayList<>(texts(cells, "cell_type"));
    var asked = texts(query, query.obs().column("cell_type").isPresent() ? "cell_type" : "truth");
    truth.addAll(asked);
    var names = List.copyOf(new TreeSet<>(truth));
    var codes = truth.stream().mapToInt(names::indexOf).toArray();
    var sides = new int[codes.length];
    Arrays.fill(sides, known.rows(), sides.length, 1);
    var quality = SiteQuality.of(new Dense(codes.length, known.columns(), places), codes, sides);
    out.printf(
        Locale.ROOT,
        "%s %-6s %-7s neighbours %.3f, of labels the reference has %.3f, mixing %.3f",
        texts(query, "site").getFirst(),
        fit.modelClass(),
        how,
        quality.accuracy()[1],
        quality.answerable()[1],
        quality.mixing());
    if (fit.registry().setup().unlabeledCategory() != null) {
      var told = LabelTransfer.of(fit, bound);
      int right = 0;
      for (int i = 0; i < told.cells(); i++) {
        right += told.label(i).equals(asked.get(i)) ? 1 : 0;
      }
      out.printf(Locale.ROOT, ", classifier %.3f", (double) right / told.cells());
    }
    out.println(seconds == 0 ? "" : String.format(Locale.ROOT, " (%.1f s)", seconds));
  }

  /// The query with its labels out of sight.
  private static AnnData without(AnnData query) {
    var columns = new java.util.LinkedHashMap<>(query.obs().columns());
    var types = columns.remove("cell_type");
    if (types != null) {
      columns.put("truth", types);
    }
    return query.withObs(new org.syncyte.anndata.DataFrame(query.obs().index(), columns));
  }

  private static List<String> texts(AnnData cells, String key) {
    return Arrays.asList(TransferBench.text(cells, key));
  }
}
