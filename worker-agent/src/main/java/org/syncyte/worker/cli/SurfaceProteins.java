package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.models.Fit;
import org.syncyte.models.tasks.ProteinExpression;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What cells carry on their surface, told by a model of genes and proteins.
@Command(
    name = "proteins",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Frees the proteins of a file from background, by a model that knows them (TOTALVI,"
          + " TOTALANVI).",
      "The output is the input with three tables in obsm: syncyte_protein, expected counts without",
      "background; syncyte_protein_foreground, the probability that a count is no background; and",
      "syncyte_protein_imputed, expected counts of proteins that some panel did not measure."
    })
final class SurfaceProteins implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Parameters(index = "1", paramLabel = "FILE", description = "h5ad file with raw counts.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "h5ad file to write.")
  private Path target;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Draws of the posterior that are averaged (default: ${DEFAULT-VALUE}).",
      defaultValue = "10")
  private int samples;

  @Option(
      names = "--transform-batch",
      paramLabel = "CATEGORY",
      description =
          "Decode all cells as this batch (repeatable: the mean; default: each cell's own).")
  private List<String> batches = List.of();

  @Option(names = "--with-background", description = "Keep the background in syncyte_protein.")
  private boolean background;

  @Option(names = "--scale", description = "Write each protein's share in its cell.")
  private boolean scale;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides the draws (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private long seed;

  @Mixin private EngineOptions engine;

  @Mixin private ModalityOptions modalities = new ModalityOptions();

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    engine.apply();
    if (target.toAbsolutePath().equals(file.toAbsolutePath())) {
      throw new IllegalArgumentException(target + " is the input; give another -o");
    }
    try (var fit = SavedFit.open(model);
        AnnData data =
            ModalityOptions.open(file, modalities.names(), ModalityOptions.proteins(fit))) {
      var bound = fit.registry().bind(data);
      bound.notes().forEach(output::note);
      var options = options();
      var foreground = ProteinExpression.foreground(fit, bound, options);
      var written =
          data.withObsm("syncyte_protein", ProteinExpression.denoised(fit, bound, options()))
              .withObsm("syncyte_protein_foreground", foreground);
      var known = fit.registry().proteins();
      Dense imputed =
          known == null || known.measured().isEmpty()
              ? null
              : ProteinExpression.imputed(fit, bound, options());
      if (imputed != null) {
        written = written.withObsm("syncyte_protein_imputed", imputed);
      }
      H5ad.write(written, target);
      report(fit, foreground, imputed);
    }
    return 0;
  }

  private ProteinExpression.Options options() {
    return ProteinExpression.Options.draws(samples, seed)
        .withBatches(batches)
        .withBackground(background)
        .withScale(scale);
  }

  private void report(Fit fit, Dense foreground, @Nullable Dense imputed) {
    var names = foreground.names() == null ? List.<String>of() : foreground.names();
    var shares = new LinkedHashMap<String, Object>();
    var text = new StringBuilder(target.toString());
    for (int p = 0; p < names.size(); p++) {
      double carried = 0;
      for (int cell = 0; cell < foreground.rows(); cell++) {
        carried += foreground.at(cell, p) > 0.5 ? 1 : 0;
      }
      double share = carried / Math.max(1, foreground.rows());
      shares.put(names.get(p), share);
      text.append(
          String.format(Locale.ROOT, "%n%5.1f %% of cells carry %s", 100 * share, names.get(p)));
    }
    var values = new LinkedHashMap<String, Object>();
    values.put("output", target.toString());
    values.put("model", fit.modelClass());
    values.put("cells", foreground.rows());
    values.put("foreground", shares);
    if (imputed != null && imputed.names() != null) {
      values.put("imputed", imputed.names());
      text.append(System.lineSeparator()).append("imputed: ").append(imputed.names());
    }
    output.result(text.toString(), values);
  }
}
