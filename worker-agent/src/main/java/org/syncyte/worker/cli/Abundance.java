package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.models.tasks.Comparison;
import org.syncyte.models.tasks.DifferentialAbundance;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.MarkerAbundance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Where in latent space each sample has its cells.
@Command(
    name = "abundance",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells how dense each sample is where each cell lies in latent space, as a logarithm. The",
      "output is the input with obsm da_log_probs, or a table if it ends in .csv or .json."
    })
final class Abundance implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "h5ad files with raw counts; several are joined over their common genes.")
  private List<Path> files;

  @Option(
      names = "--sample-key",
      paramLabel = "COLUMN",
      required = true,
      description = "obs column that names the samples.")
  private String sampleKey;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "h5ad, csv or json file to write.")
  private Path target;

  @Option(
      names = "--cells",
      paramLabel = "N",
      description = "Cells of each sample to mix at most (default: all).")
  private @Nullable Integer most;

  @Option(
      names = "--freedom",
      paramLabel = "X",
      description = "Heavier tails: Student's t of so many degrees of freedom (default: normal).")
  private @Nullable Double freedom;

  @Option(
      names = "--condition-key",
      paramLabel = "COLUMN",
      description = {
        "obs column with the condition of each sample: adds obs columns da_CONDITION, the median",
        "density of its samples against that of all others."
      })
  private @Nullable String conditionKey;

  @Option(
      names = "--as-published",
      description = {
        "The densities of published CYTOVI results: dimensions by themselves, variances for",
        "deviations."
      })
  private boolean asPublished;

  @Mixin private EngineOptions engine;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    boolean file = target.toString().endsWith(".h5ad");
    if (!file) {
      ResultTable.check(target);
    }
    engine.apply();
    try (var fit = SavedFit.open(model);
        AnnData data = CellOptions.open(files, fit)) {
      var samples = Comparison.groups(data.obs(), sampleKey);
      var bound = BoundCells.bind(fit, data, BoundCells.indifferent(fit), output);
      var latent = LatentRepresentation.of(fit, bound);
      var found =
          asPublished
              ? MarkerAbundance.asPublished(latent, samples, most, freedom, 0)
              : DifferentialAbundance.of(latent, samples, most, freedom, 0);
      var names = samples.keySet().toArray(String[]::new);
      var columns = new LinkedHashMap<String, Column>();
      if (conditionKey != null) {
        var conditions = MarkerAbundance.conditions(obs(data, sampleKey), obs(data, conditionKey));
        MarkerAbundance.between(found, List.of(names), conditions)
            .forEach((name, of) -> columns.put("da_" + name, new Column.Floats(of, false)));
      }
      if (file) {
        var obs = data.obs();
        for (var column : columns.entrySet()) {
          obs = obs.with(column.getKey(), column.getValue());
        }
        H5ad.write(
            data.withObs(obs).withObsm("da_log_probs", found).withUns("da_samples", names), target);
      } else {
        for (int s = 0; s < names.length; s++) {
          var column = new double[data.cells()];
          for (int cell = 0; cell < column.length; cell++) {
            column[cell] = found.at(cell, s);
          }
          columns.put(names[s], new Column.Floats(column, true));
        }
        ResultTable.write(target, "cell", new DataFrame(data.obs().index(), columns));
      }
      var values = new LinkedHashMap<String, @Nullable Object>();
      values.put("output", target.toString());
      values.put("cells", data.cells());
      values.put("samples", List.of(names));
      output.result(
          String.format(
              Locale.ROOT,
              "%s%n%,d cells, %d samples: %s",
              target,
              data.cells(),
              names.length,
              String.join(", ", names)),
          values);
    }
    return 0;
  }

  private static Column obs(AnnData data, String key) {
    return data.obs()
        .column(key)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "obs has no column '%s'; it has %s".formatted(key, data.obs().columns().keySet())));
  }
}
