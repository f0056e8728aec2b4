package org.syncyte.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.collection.AnnCollection;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.models.bench.DispersionGenes;
import org.syncyte.models.bench.IntegrationBench;
import org.syncyte.models.bench.IntegrationBench.Row;
import org.syncyte.models.metrics.SiteQuality;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Each site alone, all cells in one place, and a federation, judged alike.
@Command(
    name = "integration",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains scVI on each site alone and on all cells in one place, places the cells of all sites,",
      "and measures how well labels carry from site to site. With --federated the model of a",
      "federation is judged beside them."
    })
final class BenchIntegration implements Callable<Integer> {
  /// How genes are chosen.
  enum GenesBy {
    /// As federations do: variance beyond the trend of the mean, over all cells.
    HVG,
    /// Dispersion of normalised expression beyond its trend, ranks summed over sites.
    DISPERSION
  }

  private static final List<String> SAMPLES =
      List.of("pbmc_v2.h5ad", "pbmc_v3.h5ad", "pbmc_5p.h5ad");

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "h5ad files, one for each site (default: the PBMC samples).")
  private @Nullable List<Path> files;

  @Option(
      names = "--federated",
      paramLabel = "FILE",
      description = {
        "adata.h5ad of a model that a federation of these sites published, such as",
        ".syncyte/demo/pulled/adata.h5ad; a training.json beside it gives its ELBO, and the time",
        "of the slowest site in each round."
      })
  private @Nullable Path federated;

  @Option(
      names = "--genes",
      paramLabel = "N",
      description = "Genes (default: ${DEFAULT-VALUE}).",
      defaultValue = "2000")
  private int genes;

  @Option(
      names = "--genes-by",
      paramLabel = "RULE",
      description =
          "Choice of genes: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, as federations do).",
      defaultValue = "HVG")
  private GenesBy genesBy;

  @Option(
      names = "--gene-list",
      paramLabel = "FILE",
      description = "Names of the genes, one a line, instead of a choice.")
  private @Nullable Path geneList;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Epochs (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  private int epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private long seed;

  @Mixin private EngineOptions engine;

  @Option(
      names = "--batch-key",
      paramLabel = "COLUMN",
      description = "Column with the site (default: ${DEFAULT-VALUE}).",
      defaultValue = "site")
  private String siteKey;

  @Option(
      names = "--labels-key",
      paramLabel = "COLUMN",
      description = "Column with the labels (default: ${DEFAULT-VALUE}).",
      defaultValue = "cell_type")
  private String labelsKey;

  @Option(names = "--only-central", description = "Leave out the trainings of single sites.")
  private boolean onlyCentral;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    engine.apply();
    var sites = new ArrayList<AnnData>();
    for (var file : files()) {
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException(file + ": no such file");
      }
      sites.add(H5ad.read(file));
    }
    var chosen = chosen(sites);
    var bench =
        new IntegrationBench(
            sites,
            chosen,
            siteKey,
            labelsKey,
            TrainOptions.DEFAULT.withEpochs(epochs).withSeed(seed));
    var rows = new ArrayList<Row>();
    if (!onlyCentral) {
      for (int site = 0; site < sites.size(); site++) {
        int one = site;
        rows.add(shown(bench.siteNames().get(site), watch -> bench.alone(one, watch)));
      }
    }
    rows.add(
        shown(
            "all cells",
            watch -> bench.central("central", IntegrationBench.PUBLISHED_DEFAULTS, watch)));
    rows.add(
        shown(
            "all cells, layer norm",
            watch ->
                bench.central(
                    "central, as federated", IntegrationBench.FEDERATION_SETTINGS, watch)));
    if (federated != null) {
      rows.add(federated(bench, federated, chosen));
    }
    report(bench, chosen.size(), rows);
    return 0;
  }

  private List<Path> files() {
    if (files != null && !files.isEmpty()) {
      return files;
    }
    var home = Path.of(Objects.requireNonNullElse(System.getenv("SYNCYTE_HOME"), "."));
    return SAMPLES.stream().map(home.resolve("deploy/samples/pbmc")::resolve).toList();
  }

  private List<String> chosen(List<AnnData> sites) throws IOException {
    if (geneList != null) {
      return Files.readAllLines(geneList).stream().filter(line -> !line.isBlank()).toList();
    }
    return switch (genesBy) {
      case HVG -> {
        var all = AnnCollection.of(sites.toArray(AnnData[]::new)).view();
        yield VariableGenes.choose(all.layer(null), all.var().index(), genes);
      }
      case DISPERSION -> DispersionGenes.choose(sites, genes);
    };
  }

  private interface Training {
    Row run(TrainListener watch);
  }

  private Row shown(String task, Training training) {
    Row row;
    try (var bar = output.progress(task, epochs)) {
      row =
          training.run((epoch, measures) -> {
            bar.at(
                epoch + 1,
                String.format(Locale.ROOT, "ELBO %.1f", measures.get("elbo_validation")));
            return true;
          });
    }
    output.note(
        String.format(
            Locale.ROOT,
            "%s: label accuracy %.3f, mixing %.3f",
            row.setting(),
            row.quality().meanAccuracy(),
            row.quality().mixing()));
    return row;
  }

  private Row federated(IntegrationBench bench, Path file, List<String> chosen) throws IOException {
    double elbo = Double.NaN;
    double seconds = Double.NaN;
    var history = file.resolveSibling("training.json");
    if (Files.isRegularFile(history)) {
      JsonNode rounds = new ObjectMapper().readTree(history.toFile()).path("rounds");
      JsonNode last = rounds.path(rounds.size() - 1);
      elbo = last.path("mean").path("elbo_validation").asDouble(Double.NaN);
      seconds = 0;
      for (var round : rounds) {
        seconds +=
            round
                .path("sites")
                .valueStream()
                .mapToDouble(site -> site.path("seconds").asDouble(Double.NaN))
                .max()
                .orElse(Double.NaN);
      }
    }
    try (var data = H5ad.read(file)) {
      var shared = new HashSet<>(data.var().index());
      shared.retainAll(new HashSet<>(chosen));
      if (shared.size() != chosen.size() || data.genes() != chosen.size()) {
        output.note(
            "the federation trained on %,d genes, %,d of the %,d here among them; ELBOs compare only over the same genes"
                .formatted(data.genes(), shared.size(), chosen.size()));
      }
      return bench.published("federated", data, elbo, seconds);
    }
  }

  private void report(IntegrationBench bench, int geneCount, List<Row> rows) {
    var names = bench.siteNames();
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d cells of %d sites, %,d genes, %d epochs, %d threads, seed %d%n%n%-24s %9s  %s %7s %7s %8s",
            bench.cells(),
            names.size(),
            geneCount,
            epochs,
            engine.threads(),
            seed,
            "",
            "ELBO",
            names.stream()
                .map(name -> String.format(Locale.ROOT, "%9s", name))
                .collect(Collectors.joining(" ")),
            "mean",
            "mixing",
            "seconds"));
    var results = new ArrayList<Map<String, @Nullable Object>>();
    for (var row : rows) {
      SiteQuality quality = row.quality();
      var accuracy = new LinkedHashMap<String, Double>();
      var answerable = new LinkedHashMap<String, Double>();
      var cells = new StringBuilder();
      for (int s = 0; s < names.size(); s++) {
        accuracy.put(names.get(s), quality.accuracy()[s]);
        answerable.put(names.get(s), quality.answerable()[s]);
        cells.append(
            String.format(
                Locale.ROOT,
                "%" + Math.max(9, names.get(s).length()) + ".3f ",
                quality.accuracy()[s]));
      }
      text.append(
          String.format(
              Locale.ROOT,
              "%n%-24s %9s  %s%7.3f %7.3f %8s",
              row.setting(),
              number(row.elbo()),
              cells,
              quality.meanAccuracy(),
              quality.mixing(),
              number(row.seconds())));
      var values = new LinkedHashMap<String, @Nullable Object>();
      values.put("setting", row.setting());
      values.put("elbo_validation", finite(row.elbo()));
      values.put("accuracy", accuracy);
      values.put("accuracy_mean", quality.meanAccuracy());
      values.put("accuracy_answerable", answerable);
      values.put("mixing", quality.mixing());
      values.put("seconds", finite(row.seconds()));
      results.add(values);
    }
    text.append(
        String.format(
            Locale.ROOT,
            """
            %n
            ELBO      minus the bound per validation cell, lower is better; of a site alone: its own cells
            site      label accuracy of its cells by their %d nearest of the other sites
            mixing    cells of other sites among the %d nearest of a cell\
            """,
            SiteQuality.LABEL_NEIGHBOURS,
            SiteQuality.MIXING_NEIGHBOURS));
    var values = new LinkedHashMap<String, Object>();
    values.put("bench", "integration");
    values.put("cells", bench.cells());
    values.put("genes", geneCount);
    values.put(
        "genes_by",
        geneList != null ? geneList.toString() : genesBy.name().toLowerCase(Locale.ROOT));
    values.put("epochs", epochs);
    values.put("threads", engine.threads());
    values.put("seed", seed);
    values.put("results", results);
    output.result(text.toString(), values);
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "-";
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
