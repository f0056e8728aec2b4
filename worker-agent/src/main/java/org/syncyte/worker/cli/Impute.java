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
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.MarkerExpression;
import org.syncyte.models.tasks.NeighbourTransfer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The markers that a panel does not have, told by a model of markers.
@Command(
    name = "impute",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells the values of all markers that a model knows (CYTOVI), those included that a cell's",
      "panel did not measure. The output holds the model's markers: the layer imputed has measured",
      "values where there are any, the layer denoised what the model expects everywhere; obsm",
      "X_CytoVI has the latent space."
    })
final class Impute implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "h5ad file, prepared as for training.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "h5ad file to write.")
  private Path target;

  @Option(
      names = "--transform-batch",
      paramLabel = "CATEGORY",
      description = "Decode as this batch (repeatable: the mean; default: all of the model's).")
  private List<String> batches = List.of();

  @Option(
      names = "--as-published",
      description = {
        "Average each marker over all batches, as scvi-tools does, also over those that did not",
        "measure it."
      })
  private boolean asPublished;

  @Option(
      names = "--labels-from",
      paramLabel = "FILE",
      description = "Name cells after their nearest ones in this h5ad file of labelled cells.")
  private @Nullable Path reference;

  @Option(
      names = "--labels-key",
      paramLabel = "COLUMN",
      description = "obs column of the labels (default: ${DEFAULT-VALUE}).",
      defaultValue = "cell_type")
  private String labelsKey;

  @Option(
      names = "--neighbours",
      paramLabel = "K",
      description = "Labelled cells that vote (default: ${DEFAULT-VALUE}).",
      defaultValue = "20")
  private int neighbours;

  @Mixin private EngineOptions engine;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    engine.apply();
    try (var fit = SavedFit.open(model);
        AnnData data = H5ad.read(file)) {
      var bound = BoundCells.bind(fit, data, null, output);
      var denoised =
          MarkerExpression.of(
              fit,
              bound,
              new MarkerExpression.Options(batches, false, !asPublished, 1, Noise.NONE));
      var imputed = MarkerExpression.imputed(bound, denoised);
      int told = 0;
      for (int i = 0; i < imputed.values().length; i++) {
        told += imputed.values()[i] == denoised.values()[i] ? 1 : 0;
      }
      var latent = LatentRepresentation.of(fit, bound).mean();
      var written =
          AnnData.of(imputed, data.obs(), DataFrame.of(fit.registry().varNames()))
              .withLayer("imputed", imputed)
              .withLayer("denoised", denoised)
              .withObsm("X_CytoVI", latent);
      H5ad.write(reference == null ? written : named(fit, written, latent, reference), target);
      report(data, imputed.values().length, told);
    }
    return 0;
  }

  private AnnData named(Fit fit, AnnData written, Dense latent, Path from) {
    try (AnnData labelled = H5ad.read(from)) {
      var labels =
          labelled
              .obs()
              .column(labelsKey)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "%s has no obs column '%s'; it has %s"
                          .formatted(from, labelsKey, labelled.obs().columns().keySet())));
      var around =
          LatentRepresentation.of(fit, BoundCells.bind(fit, labelled, null, output)).mean();
      var told = NeighbourTransfer.categories(around, labels, latent, neighbours);
      var named =
          written
              .obs()
              .with("syncyte_label", told.categories())
              .with("syncyte_label_uncertainty", new Column.Floats(told.uncertainty(), false));
      return written.withObs(named);
    }
  }

  private void report(AnnData data, int values, int told) {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("output", target.toString());
    facts.put("cells", data.cells());
    facts.put("values", values);
    facts.put("imputed", told);
    output.result(
        String.format(
            Locale.ROOT,
            "%s%n%,d cells, %,d of %,d values imputed",
            target,
            data.cells(),
            told,
            values),
        facts);
  }
}
