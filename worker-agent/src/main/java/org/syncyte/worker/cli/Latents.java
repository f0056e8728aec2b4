package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.models.tasks.LatentRepresentation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Where cells lie in a model's latent space, computed by the model itself.
@Command(
    name = "latent",
    mixinStandardHelpOptions = true,
    description = {
      "Writes where the cells of a file lie in a model's latent space, computed by the model itself.",
      "The output is the input with obsm X_scVI (and X_scVI_var), or a table if it ends in .csv.",
      "Of minified cells, such as the adata.h5ad of a model folder, the stored places are given."
    })
final class Latents implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description =
          "h5ad file with raw counts, or minified; or a model folder with its adata.h5ad.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "h5ad or csv file to write.")
  private Path target;

  @Mixin private EngineOptions engine;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    engine.apply();
    try (var fit = SavedFit.open(model);
        AnnData data = H5ad.open(SavedFit.cells(file))) {
      var bound = fit.bind(data);
      bound.notes().forEach(output::note);
      long started = System.nanoTime();
      var latent = LatentRepresentation.of(fit, bound);
      double seconds = (System.nanoTime() - started) / 1e9;
      if (target.toString().endsWith(".csv")) {
        LatentTable.write(target, data.obs(), latent.mean());
      } else {
        H5ad.write(
            data.withObsm("X_scVI", latent.mean()).withObsm("X_scVI_var", latent.variance()),
            target);
      }
      var values = new LinkedHashMap<String, @Nullable Object>();
      values.put("output", target.toString());
      values.put("cells", data.cells());
      values.put("latent", latent.mean().columns());
      values.put("cells_per_second", data.cells() / seconds);
      output.result(
          String.format(
              Locale.ROOT,
              "%s%n%,d cells, %d latent dimensions, %,.0f cells/s",
              target,
              data.cells(),
              latent.mean().columns(),
              data.cells() / seconds),
          values);
    }
    return 0;
  }
}
