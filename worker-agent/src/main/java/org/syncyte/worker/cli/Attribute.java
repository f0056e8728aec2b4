package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.cards.results.Importance;
import org.syncyte.models.Fit;
import org.syncyte.models.Labelling;
import org.syncyte.models.tasks.Attributions;
import org.syncyte.models.tasks.Comparison;
import org.syncyte.models.tasks.DifferentialExpression;
import org.syncyte.models.tasks.IntegratedGradients;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.tasks.PathRule;
import org.syncyte.models.tasks.RawStatistics;
import org.syncyte.models.tasks.Selection;
import org.syncyte.onnx.export.Exporter;
import org.syncyte.onnx.runtime.OnnxAttributions;
import org.syncyte.onnx.runtime.OnnxModel;
import org.syncyte.worker.picture.DotPlot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which genes made the model say what it says.
@Command(
    name = "attribute",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Ranks genes by how much they made the model say what it says of cells (integrated gradients",
      "from the empty cell). A model that tells labels is asked for the label of each cell, any",
      "other for each dimension of its latent space."
    })
final class Attribute implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "h5ad files with raw counts; several are joined over their common genes.")
  private List<Path> files;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Ranking to write: .csv or .json.")
  private Path target;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Dot plot of the first genes of each group (.svg).")
  private @Nullable Path plot;

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description = "Explain this label for all cells (default: the one that each cell is given).")
  private @Nullable String label;

  @Option(
      names = "--latent",
      paramLabel = "D",
      split = ",",
      arity = "0..1",
      fallbackValue = "-1",
      description = "Explain these latent dimensions, from 0; without a number, all.")
  private List<Integer> latent = new ArrayList<>();

  @Option(
      names = "--group-by",
      paramLabel = "COLUMN",
      description =
          "obs column of the groups to rank for (default: the label given, or all cells).")
  private @Nullable String groupBy;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Places on the way from the empty cell (default: ${DEFAULT-VALUE}).",
      defaultValue = "50")
  private int steps;

  @Option(
      names = "--cells",
      paramLabel = "N",
      description = "Look at N cells at most, chosen at random (default: ${DEFAULT-VALUE}).",
      defaultValue = "5000")
  private int most;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Genes of each group in the plot (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  private int top;

  @Option(
      names = "--onnx",
      description = "Compute by the model's ONNX graph instead of autograd; always 50 steps.")
  private boolean onnx;

  @Mixin private Publication publication;

  @Mixin private EngineOptions engine;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    ResultTable.check(target);
    publication.check(model);
    if (plot != null) {
      PictureFile.check(plot);
    }
    if (onnx && steps != PathRule.STEPS) {
      throw new IllegalArgumentException(
          "--steps %d: the graph has %d steps; leave out --onnx".formatted(steps, PathRule.STEPS));
    }
    if (most < 1 || top < 1) {
      throw new IllegalArgumentException(
          "--cells %d and --top %d must be at least 1".formatted(most, top));
    }
    var options =
        new IntegratedGradients.Options(PathRule.of(PathRule.Method.GAUSS_LEGENDRE, steps), null);
    engine.apply();
    try (var fit = SavedFit.open(model);
        AnnData data = CellOptions.open(files, fit)) {
      var bound = BoundCells.bind(fit, data, BoundCells.indifferent(fit), output);
      int[] chosen = chosen(data.cells());
      var cells = new Selection(bound, chosen);
      var obs = data.obs().at(chosen);
      long started = System.nanoTime();
      var tables = new ArrayList<DataFrame>();
      double incompleteness = 0;
      for (var found : explained(fit, cells, options)) {
        tables.add(found.ranked(groups(found, obs)));
        incompleteness = Math.max(incompleteness, found.incompleteness());
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      var table = DifferentialExpression.below(tables);
      var published =
          publication.asked()
              ? publication.importance(model, explainsLabels(fit), groupBy, chosen.length, table)
              : null;
      ResultTable.write(target, "row", table);
      if (published != null) {
        publication.write(model, Importance.FILE, published.json(), output);
      }
      var rankings = rankings(table);
      if (plot != null) {
        PictureFile.write(plot, dots(fit, rankings, cells, obs));
      }
      report(rankings, chosen.length, incompleteness, seconds);
    }
    return 0;
  }

  private int[] chosen(int all) {
    return all <= most
        ? IntStream.range(0, all).toArray()
        : new Random(0).ints(0, all).distinct().limit(most).sorted().toArray();
  }

  private List<Attributions> explained(
      Fit fit, DataSource cells, IntegratedGradients.Options options) {
    if (label != null) {
      return List.of(
          onnx
              ? labelsByGraph(fit, cells, label)
              : IntegratedGradients.ofLabel(fit, cells, label, options));
    }
    if (explainsLabels(fit)) {
      return List.of(
          onnx
              ? labelsByGraph(fit, cells, null)
              : IntegratedGradients.ofLabels(fit, cells, options));
    }
    var dimensions =
        latent.isEmpty() || latent.contains(-1)
            ? IntStream.range(0, fit.model().latent()).boxed().toList()
            : latent;
    return onnx
        ? latentByGraph(fit, cells, dimensions)
        : dimensions.stream()
            .map(d -> IntegratedGradients.ofLatent(fit, cells, d, options))
            .toList();
  }

  private boolean explainsLabels(Fit fit) {
    return label != null || (latent.isEmpty() && fit.model() instanceof Labelling);
  }

  private Attributions labelsByGraph(Fit fit, DataSource cells, @Nullable String wanted) {
    var told = LabelTransfer.of(fit, cells);
    var targets = IntStream.range(0, told.cells()).map(told::code).toArray();
    if (wanted != null) {
      int code = told.classes().indexOf(wanted);
      if (code < 0) {
        throw new IllegalArgumentException(
            "label '%s' is not the model's; it has %s".formatted(wanted, told.classes()));
      }
      Arrays.fill(targets, code);
    }
    try (var graph =
        OnnxModel.open(Exporter.attributions(fit, Exporter.Explained.LABELS), engine.threads())) {
      return byGraph(graph, fit, cells, told.classes(), targets);
    }
  }

  private List<Attributions> latentByGraph(Fit fit, DataSource cells, List<Integer> dimensions) {
    int width = fit.model().latent();
    var names = IntStream.range(0, width).mapToObj(d -> "latent_" + d).toList();
    try (var graph =
        OnnxModel.open(Exporter.attributions(fit, Exporter.Explained.LATENT), engine.threads())) {
      var all = new ArrayList<Attributions>();
      for (int d : dimensions) {
        if (d < 0 || d >= width) {
          throw new IllegalArgumentException(
              "latent dimension %d is not the model's; it has 0 to %d".formatted(d, width - 1));
        }
        var targets = new int[cells.cells()];
        Arrays.fill(targets, d);
        all.add(byGraph(graph, fit, cells, names, targets));
      }
      return all;
    }
  }

  private static Attributions byGraph(
      OnnxModel graph, Fit fit, DataSource cells, List<String> names, int[] targets) {
    var found = OnnxAttributions.of(graph, cells, targets);
    var change = new double[targets.length];
    Arrays.setAll(change, cell -> found.change()[cell]);
    var features = new ArrayList<>(fit.registry().varNames());
    var proteins = fit.registry().proteins();
    if (proteins != null) {
      features.addAll(proteins.names());
    }
    return new Attributions(features, found.attribution(), names, targets, change);
  }

  private Map<String, int[]> groups(Attributions found, DataFrame obs) {
    if (groupBy != null) {
      return Comparison.groups(obs, groupBy);
    }
    var groups = new LinkedHashMap<String, int[]>();
    if (IntStream.of(found.targets()).distinct().count() > 1) {
      found.outputs().forEach(name -> groups.put(name, found.cellsTowards(name)));
    } else {
      groups.put("all", IntStream.range(0, found.targets().length).toArray());
    }
    return groups;
  }

  /// One ranking for each group and target, genes and their means, the first ones first.
  private static Map<String, Ranking> rankings(DataFrame table) {
    var rankings = new LinkedHashMap<String, Ranking>();
    var mean = (Column.Floats) table.column("attribution_mean").orElseThrow();
    for (int row = 0; row < table.size(); row++) {
      var group = String.valueOf(table.column("group").orElseThrow().text(row));
      var aim = String.valueOf(table.column("target").orElseThrow().text(row));
      var name =
          group.equals("all")
              ? aim
              : aim.equals(group) || aim.equals("own") ? group : group + " → " + aim;
      var feature = String.valueOf(table.column("feature").orElseThrow().text(row));
      rankings
          .computeIfAbsent(name, _ -> new Ranking(group, new LinkedHashMap<>()))
          .means
          .put(feature, mean.values()[row]);
    }
    return rankings;
  }

  private record Ranking(String group, Map<String, Double> means) {
    List<String> first(int count) {
      return means.keySet().stream().limit(count).toList();
    }
  }

  private String dots(Fit fit, Map<String, Ranking> rankings, DataSource cells, DataFrame obs) {
    var genes = new LinkedHashSet<String>();
    rankings.values().forEach(ranking -> genes.addAll(ranking.first(top)));
    var columns = genes.stream().mapToInt(fit.registry().varNames()::indexOf).toArray();
    var rows = List.copyOf(rankings.keySet());
    var values = new double[rows.size()][genes.size()];
    var shares = new double[rows.size()][];
    var told = groupBy == null ? labelled(fit, cells) : Comparison.groups(obs, groupBy);
    for (int r = 0; r < rows.size(); r++) {
      var ranking = java.util.Objects.requireNonNull(rankings.get(rows.get(r)));
      int g = 0;
      for (var gene : genes) {
        values[r][g++] = ranking.means.getOrDefault(gene, 0.0);
      }
      var own = told.getOrDefault(ranking.group, IntStream.range(0, cells.cells()).toArray());
      var nonZero = RawStatistics.of(cells, own).nonZero();
      // Of proteins no share is known here; background gives every cell some counts.
      shares[r] =
          IntStream.of(columns).mapToDouble(column -> column < 0 ? 1 : nonZero[column]).toArray();
    }
    return DotPlot.svg(
        label != null ? "Genes that speak for " + label : "Genes that the model goes by",
        "integrated gradients of " + fit.modelClass() + ", mean over the cells of a group",
        "attribution",
        "cells with a count",
        new DotPlot.Table(List.copyOf(genes), rows, values, shares));
  }

  private static Map<String, int[]> labelled(Fit fit, DataSource cells) {
    var groups = new LinkedHashMap<String, int[]>();
    if (fit.model() instanceof Labelling) {
      var told = LabelTransfer.of(fit, cells);
      for (var name : told.classes()) {
        groups.put(
            name,
            IntStream.range(0, told.cells()).filter(c -> told.label(c).equals(name)).toArray());
      }
    }
    return groups;
  }

  private void report(
      Map<String, Ranking> rankings, int cells, double incompleteness, double seconds) {
    var text = new StringBuilder(target.toString());
    var tops = new LinkedHashMap<String, Object>();
    rankings.forEach((name, ranking) -> {
      tops.put(name, ranking.first(20));
      text.append(
          String.format(Locale.ROOT, "%n  %s: %s", name, String.join(" ", ranking.first(8))));
    });
    text.append(
        String.format(
            Locale.ROOT,
            "%n%,d cells in %.1f s; attributions add up to the score within %.2f %%",
            cells,
            seconds,
            100 * incompleteness));
    var values = new LinkedHashMap<String, @Nullable Object>();
    values.put("output", target.toString());
    values.put("cells", cells);
    values.put("cells_per_second", cells / seconds);
    values.put("incompleteness", incompleteness);
    values.put("first", tops);
    output.result(text.toString(), values);
  }
}
