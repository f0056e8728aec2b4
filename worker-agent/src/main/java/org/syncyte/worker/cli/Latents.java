package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.models.Fit;
import org.syncyte.models.tasks.Comparison;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.worker.folder.PrincipalComponents;
import org.syncyte.worker.picture.CellMap;
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
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = {
        "h5ad files with raw counts, or minified; several are joined over their common genes.",
        "A model folder stands for its adata.h5ad."
      })
  private List<Path> files;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "h5ad or csv file to write.")
  private Path target;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Map of the cells to draw (.svg): the first two principal components.")
  private @Nullable Path plot;

  @Option(
      names = "--colour-by",
      paramLabel = "COLUMN",
      description = "obs column that colours the map (default: the model's labels, else batches).")
  private @Nullable String colourBy;

  @Mixin private EngineOptions engine;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    if (plot != null) {
      PictureFile.check(plot);
    } else if (colourBy != null) {
      throw new IllegalArgumentException("--colour-by colours a map; add --plot map.svg");
    }
    engine.apply();
    try (var fit = SavedFit.open(model);
        AnnData data = CellOptions.open(files, fit)) {
      var bound = BoundCells.bind(fit, data, BoundCells.indifferent(fit), output);
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
      if (plot != null) {
        PictureFile.write(plot, map(fit, data, latent.mean()));
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

  private String map(Fit fit, AnnData data, Dense latent) {
    var setup = fit.registry().setup();
    var by =
        colourBy != null
            ? colourBy
            : setup.labelsKey() != null && data.obs().column(setup.labelsKey()).isPresent()
                ? setup.labelsKey()
                : setup.batchKey();
    var codes = new int[data.cells()];
    var names = new ArrayList<String>();
    if (by == null) {
      names.add("cells");
    } else {
      Arrays.fill(codes, -1);
      Comparison.groups(data.obs(), by)
          .forEach((name, cells) -> {
            for (int cell : cells) {
              codes[cell] = names.size();
            }
            names.add(name);
          });
    }
    var place = PrincipalComponents.of(latent);
    return CellMap.svg(
        by == null ? "Latent space" : "Latent space by " + by,
        String.format(
            Locale.ROOT,
            "%,d cells, first two principal components of %d latent dimensions of %s",
            data.cells(),
            latent.columns(),
            fit.modelClass()),
        place[0],
        place[1],
        codes,
        names);
  }
}
