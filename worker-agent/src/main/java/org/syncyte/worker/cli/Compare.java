package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Catalogue;
import org.syncyte.models.Fit;
import org.syncyte.models.tasks.Comparison;
import org.syncyte.models.tasks.DeOptions;
import org.syncyte.models.tasks.DifferentialExpression;
import org.syncyte.models.tasks.MarkerComparison;
import org.syncyte.models.tasks.ProteinComparison;
import org.syncyte.worker.picture.Volcano;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which genes differ between groups of cells.
@Command(
    name = "de",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells which genes differ between groups of cells, by the posterior of their expression;",
      "of models of proteins, which surface proteins, too, in the same table.",
      "One row per gene or protein and comparison, the surest first, under scvi-tools' column names."
    })
final class Compare implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "h5ad files with raw counts; several are joined over their common genes.")
  private List<Path> files;

  @Option(
      names = "--group-by",
      paramLabel = "COLUMN",
      required = true,
      description = "obs column that names the groups.")
  private String groupBy;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "Group to compare (repeatable; default: each in turn).")
  private List<String> groups = new ArrayList<>();

  @Option(
      names = "--against",
      paramLabel = "GROUP",
      description = "Group to compare with, or rest for all other cells (default: rest).",
      defaultValue = "rest")
  private String against;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Table to write: .csv or .json.")
  private Path target;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Volcano to draw (.svg); one file for each comparison.")
  private @Nullable Path plot;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = {
        "vanilla: is expression higher in the group? change: does it differ by at least delta?",
        "(default: vanilla; change where proteins or markers are compared)"
      })
  private DeOptions.@Nullable Mode asked;

  @Option(
      names = "--delta",
      paramLabel = "X",
      description = "Least log2 fold change that counts, or auto (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.25")
  private String delta;

  @Option(
      names = "--pseudocounts",
      paramLabel = "X",
      description =
          "Added to both sides (default: estimated from genes not expressed; with proteins 1e-5).")
  private @Nullable Double pseudocounts;

  @Option(names = "--two", description = "Take up and down together (test mode two).")
  private boolean two;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Draws of each side (default: ${DEFAULT-VALUE}).",
      defaultValue = "5000")
  private int samples;

  @Option(
      names = "--permutations",
      paramLabel = "N",
      description = "Pair draws at random, so often (default: in their order).",
      defaultValue = "0")
  private int permutations;

  @Option(
      names = "--credible",
      paramLabel = "LEVEL",
      split = ",",
      description = "Shortest intervals of the fold change to add, such as 0.95.")
  private List<Double> credible = new ArrayList<>();

  @Option(
      names = "--batch-correct",
      description = "Decode both sides as the same batches: all of the model's.")
  private boolean batchCorrect;

  @Option(
      names = "--as-batch",
      paramLabel = "BATCH",
      description = "With --batch-correct, decode as this batch only (repeatable).")
  private List<String> asBatches = new ArrayList<>();

  @Option(
      names = "--fdr",
      paramLabel = "X",
      description = "Expected share of false discoveries (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.05")
  private double fdr;

  @Option(
      names = "--importance",
      description = "Weigh draws by how well they explain the group (slow).")
  private boolean importance;

  @Option(
      names = "--leave-outliers",
      description = "Leave out the tenth of each group that lies farthest off in latent space.")
  private boolean leaveOutliers;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides the draws (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private long seed;

  @Mixin private ProteinDeOptions proteins;

  @Mixin private EngineOptions engine;

  @Mixin private ModalityOptions modalities = new ModalityOptions();

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    ResultTable.check(target);
    if (plot != null) {
      PictureFile.check(plot);
    }
    engine.apply();
    try (var fit = SavedFit.open(model);
        AnnData data = CellOptions.open(files, modalities.names(), ModalityOptions.proteins(fit))) {
      var options = options(fit);
      var comparisons =
          Comparison.by(
              data.obs(),
              groupBy,
              groups,
              against.equalsIgnoreCase(Comparison.REST) ? null : against);
      var bound = BoundCells.bind(fit, data, null, output);
      var tables = new ArrayList<DataFrame>();
      long started = System.nanoTime();
      try (var bar = output.progress("compare", comparisons.size())) {
        for (var comparison : comparisons) {
          tables.add(table(fit, data, bound, comparison, options));
          bar.at(tables.size(), comparison.name());
        }
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      var rows = Catalogue.proteins(fit.modelClass()) ? "feature" : "gene";
      ResultTable.write(target, rows, DifferentialExpression.below(tables));
      draw(comparisons, tables, rows, options);
      report(comparisons, tables, seconds);
    }
    return 0;
  }

  private DataFrame table(
      Fit fit, AnnData data, DataSource bound, Comparison comparison, DeOptions options) {
    var groups = List.of(comparison);
    var known = proteins.of(fit);
    if (known != null) {
      return ProteinComparison.of(fit, bound, groups, known, options);
    }
    return fit.registry().markers() == null
        ? DifferentialExpression.of(fit, bound, groups, options)
        : MarkerComparison.of(
            fit, bound, groups, sample(fit, data), MarkerComparison.options(options));
  }

  /// The samples that a comparison of markers is balanced by.
  private static @Nullable Column sample(Fit fit, AnnData data) {
    var known = fit.registry().markers();
    var key = known == null ? null : known.sampleKey();
    return key == null ? null : data.obs().columns().get(key);
  }

  private DeOptions options(Fit fit) {
    boolean known = proteins.of(fit) != null;
    if (fit.registry().markers() != null && asked == DeOptions.Mode.VANILLA) {
      throw new IllegalArgumentException(
          "markers are compared for a change; leave out --mode, or give --mode change");
    }
    boolean change =
        asked == null ? known || fit.registry().markers() != null : asked == DeOptions.Mode.CHANGE;
    var usual = known ? ProteinComparison.OPTIONS : change ? DeOptions.CHANGE : DeOptions.VANILLA;
    var options =
        (change ? usual : DeOptions.VANILLA)
            .withDelta(delta())
            .withPseudocounts(pseudocounts == null ? usual.pseudocounts() : pseudocounts)
            .withTest(two ? DeOptions.Test.TWO : DeOptions.Test.THREE)
            .withSamples(samples)
            .withPermutations(permutations)
            .withCredibleLevels(credible)
            .withFdr(fdr)
            .withImportance(importance)
            .leavingOutliers(leaveOutliers)
            .withSeed(seed);
    if (!batchCorrect && !asBatches.isEmpty()) {
      throw new IllegalArgumentException(
          "--as-batch %s says as what to decode; add --batch-correct".formatted(asBatches));
    }
    return batchCorrect ? options.correcting(asBatches, asBatches) : options;
  }

  private @Nullable Double delta() {
    if (delta.equalsIgnoreCase("auto")) {
      return null;
    }
    try {
      return Double.valueOf(delta);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "--delta = '%s'; give a number such as 0.25, or auto".formatted(delta));
    }
  }

  private void draw(
      List<Comparison> comparisons, List<DataFrame> tables, String rows, DeOptions options) {
    for (int i = 0; plot != null && i < tables.size(); i++) {
      var comparison = comparisons.get(i);
      var table = tables.get(i);
      var place = tables.size() == 1 ? plot : PictureFile.of(plot, comparison.group1());
      var below =
          String.format(
              Locale.ROOT,
              "%,d cells against %,d, %,d %ss",
              comparison.cells1().length,
              comparison.cells2().length,
              table.size(),
              rows);
      PictureFile.write(place, volcano(comparison, table, below, options.mode()));
    }
  }

  private String volcano(
      Comparison comparison, DataFrame table, String below, DeOptions.Mode mode) {
    boolean change = mode == DeOptions.Mode.CHANGE;
    var genes = new ArrayList<Volcano.Gene>();
    var factor = numbers(table, "bayes_factor");
    for (int row = 0; row < table.size(); row++) {
      double size = fold(table, row);
      // So many draws cannot tell factors beyond this from each other.
      double most = Math.log(2.0 * samples);
      double sure = Math.min(most, change ? factor[row] : Math.abs(factor[row]));
      boolean marked =
          change ? marks(table)[row] : Math.abs(factor[row]) > 3 && Math.abs(size) > 0.5;
      genes.add(new Volcano.Gene(table.index().get(row), size, sure, marked));
    }
    return Volcano.svg(
        comparison.name(),
        below
            + (change
                ? String.format(Locale.ROOT, "; coloured: false discovery rate below %s", fdr)
                : "; coloured: Bayes factor above 3 and fold change above 1.4"),
        change ? "log2 fold change (median)" : "log2 ratio of mean expression",
        change ? "log Bayes factor of change" : "log Bayes factor, size",
        genes,
        change ? numbers(table, "delta")[0] : null);
  }

  private static double fold(DataFrame table, int row) {
    return table.column("lfc_median").isPresent()
        ? numbers(table, "lfc_median")[row]
        : Math.log((numbers(table, "scale1")[row] + 1e-9) / (numbers(table, "scale2")[row] + 1e-9))
            / Math.log(2);
  }

  private boolean[] marks(DataFrame table) {
    return table.column("is_de_fdr_" + fdr).orElseThrow() instanceof Column.Bools bools
        ? bools.values()
        : new boolean[table.size()];
  }

  private static double[] numbers(DataFrame table, String column) {
    return ((Column.Floats) table.column(column).orElseThrow()).values();
  }

  private void report(List<Comparison> comparisons, List<DataFrame> tables, double seconds) {
    var text = new StringBuilder(target.toString());
    var tops = new LinkedHashMap<String, Object>();
    for (int i = 0; i < tables.size(); i++) {
      var table = tables.get(i);
      var up =
          IntStream.range(0, table.size())
              .filter(row -> fold(table, row) > 0)
              .limit(10)
              .mapToObj(table.index()::get)
              .toList();
      tops.put(comparisons.get(i).name(), up);
      text.append(
          String.format(
              Locale.ROOT, "%n  %s: %s", comparisons.get(i).name(), String.join(" ", up)));
    }
    text.append(String.format(Locale.ROOT, "%n%.1f s", seconds));
    output.result(
        text.toString(),
        new LinkedHashMap<>(
            Map.of("output", target.toString(), "higher", tops, "seconds", seconds)));
  }
}
