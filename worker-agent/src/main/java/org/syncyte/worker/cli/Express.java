package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.tasks.NormalizedExpression;
import org.syncyte.models.tasks.PosteriorPredictive;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What a model expects of each gene of each cell.
@Command(
    name = "expression",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes what a model expects of each gene of each cell: normalised expression, counts as it",
      "would observe them, parameters of the likelihood, or how genes go together."
    })
final class Express implements Callable<Integer> {
  /// What is written.
  enum What {
    /// Mean expression at one library size.
    NORMALIZED,
    /// Draws of counts, to check the model.
    COUNTS,
    /// Draws of expression without the noise of counting.
    DENOISED,
    /// Mean, dispersion and dropout of the likelihood.
    PARAMETERS,
    /// Spearman correlation of each pair of genes in denoised expression.
    CORRELATION
  }

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
      description = "h5ad file to write (X), or .csv: cells by genes.")
  private Path target;

  @Option(
      names = "--what",
      paramLabel = "WHAT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "NORMALIZED")
  private What what;

  @Option(
      names = "--genes",
      paramLabel = "GENE",
      split = ",",
      description = "Genes wanted (default: all of the model's).")
  private List<String> genes = new ArrayList<>();

  @Option(
      names = "--as-batch",
      paramLabel = "BATCH",
      description = "Decode as this batch (repeatable, averaged; default: each cell's own).")
  private List<String> batches = new ArrayList<>();

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Draws of the posterior; averaged but for counts and denoised.",
      defaultValue = "1")
  private int samples;

  @Option(
      names = "--library-size",
      paramLabel = "X",
      description = "Sum of each cell, or latent for the cell's own (default: ${DEFAULT-VALUE}).",
      defaultValue = "10000")
  private String librarySize;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides the draws (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private long seed;

  @Mixin private EngineOptions engine;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    boolean table = target.toString().endsWith(".csv");
    if (!table && (!target.toString().endsWith(".h5ad") || what == What.CORRELATION)) {
      throw new IllegalArgumentException(
          "%s: expression is written as .h5ad or .csv, correlation as .csv".formatted(target));
    }
    engine.apply();
    try (var fit = SavedFit.open(model);
        AnnData data = CellOptions.open(files, fit)) {
      var bound = BoundCells.bind(fit, data, null, output);
      var names = genes.isEmpty() ? fit.registry().varNames() : genes;
      var found = found(fit, bound);
      var first = found.values().iterator().next();
      if (what == What.CORRELATION) {
        ResultTable.write(target, "gene", frame(names, names, first.toDense()));
      } else if (table) {
        if (found.size() > 1) {
          throw new IllegalArgumentException(
              "%s holds one matrix; %s are %d, write them as .h5ad"
                  .formatted(target, found.keySet(), found.size()));
        }
        ResultTable.write(target, "cell", frame(data.obs().index(), names, first.toDense()));
      } else {
        var layers = new LinkedHashMap<>(found);
        var plain = AnnData.of(first, data.obs(), DataFrame.of(names));
        H5ad.write(
            new AnnData(
                first,
                plain.obs(),
                plain.var(),
                found.size() > 1 ? layers : java.util.Map.of(),
                java.util.Map.of(),
                java.util.Map.of(),
                java.util.Map.of(),
                java.util.Map.of(),
                null),
            target);
      }
      var values = new LinkedHashMap<String, @Nullable Object>();
      values.put("output", target.toString());
      values.put("cells", data.cells());
      values.put("genes", names.size());
      values.put("matrices", List.copyOf(found.keySet()));
      output.result(
          String.format(
              Locale.ROOT,
              "%s%n%s of %,d genes in %,d cells",
              target,
              String.join(", ", found.keySet()),
              names.size(),
              data.cells()),
          values);
    }
    return 0;
  }

  private LinkedHashMap<String, Matrix> found(Fit fit, DataSource bound) {
    var options =
        new PosteriorPredictive.Options(batches, genes.isEmpty() ? null : genes, samples, seed);
    var found = new LinkedHashMap<String, Matrix>();
    switch (what) {
      case NORMALIZED -> {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        found.put(
            "normalized",
            NormalizedExpression.of(
                fit,
                bound,
                new NormalizedExpression.Options(
                    batches, options.genes(), size(), samples, new RandomNoise(random))));
      }
      case COUNTS -> put(found, "counts", PosteriorPredictive.counts(fit, bound, options));
      case DENOISED ->
          put(found, "denoised", PosteriorPredictive.denoised(fit, bound, number(), options));
      case PARAMETERS -> {
        var parameters = PosteriorPredictive.parameters(fit, bound, options);
        found.put("mean", parameters.mean());
        if (parameters.dispersions() != null) {
          found.put("dispersions", parameters.dispersions());
        }
        if (parameters.dropout() != null) {
          found.put("dropout", parameters.dropout());
        }
      }
      case CORRELATION ->
          found.put(
              "correlation",
              PosteriorPredictive.correlation(
                  fit, bound, number(), PosteriorPredictive.Correlation.SPEARMAN, options));
    }
    return found;
  }

  private static void put(
      LinkedHashMap<String, Matrix> found, String name, List<? extends Matrix> draws) {
    for (int i = 0; i < draws.size(); i++) {
      found.put(draws.size() == 1 ? name : name + "_" + i, draws.get(i));
    }
  }

  private @Nullable Double size() {
    return librarySize.equalsIgnoreCase("latent") ? null : (Double) number();
  }

  private double number() {
    try {
      double value = Double.parseDouble(librarySize);
      if (value > 0 && Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Told below, as for numbers that are not positive.
    }
    throw new IllegalArgumentException(
        "--library-size = '%s'; give a positive number%s"
            .formatted(librarySize, what == What.NORMALIZED ? ", or latent" : ""));
  }

  private static DataFrame frame(List<String> rows, List<String> names, Dense values) {
    var columns = new LinkedHashMap<String, Column>();
    for (int g = 0; g < names.size(); g++) {
      var column = new double[rows.size()];
      for (int row = 0; row < column.length; row++) {
        column[row] = values.at(row, g);
      }
      columns.put(names.get(g), new Column.Floats(column, true));
    }
    return new DataFrame(rows, columns);
  }
}
