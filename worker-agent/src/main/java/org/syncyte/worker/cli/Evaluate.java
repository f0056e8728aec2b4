package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.models.tasks.Elbo;
import org.syncyte.models.tasks.MarginalLikelihood;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// How well a model explains cells.
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells how well a model explains the cells of a file, per cell: evidence bound (higher is",
      "better), reconstruction error, divergence from the prior, and, if asked for, the marginal",
      "likelihood."
    })
final class Evaluate implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "h5ad files with raw counts; several are joined over their common genes.")
  private List<Path> files;

  @Option(
      names = "--marginal",
      paramLabel = "N",
      arity = "0..1",
      fallbackValue = "1000",
      description = "Estimate the marginal likelihood from N draws of each cell (1000; slow).")
  private @Nullable Integer marginal;

  @Mixin private EngineOptions engine;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    engine.apply();
    try (var fit = SavedFit.open(model);
        AnnData data = CellOptions.open(files, fit)) {
      var bound = BoundCells.bind(fit, data, null, output);
      var elbo = Elbo.of(fit, bound);
      double reconstruction = Arrays.stream(elbo.reconstruction()).average().orElse(0);
      double kl = Arrays.stream(elbo.kl()).average().orElse(0);
      var values = new LinkedHashMap<String, @Nullable Object>();
      values.put("cells", data.cells());
      values.put("elbo", elbo.mean());
      values.put("reconstruction_error", reconstruction);
      values.put("kl", kl);
      var text =
          String.format(
              Locale.ROOT,
              "%,d cells, per cell:%n  evidence bound       %10.2f%n  reconstruction error %10.2f%n  divergence           %10.2f",
              data.cells(),
              elbo.mean(),
              reconstruction,
              kl);
      if (marginal != null) {
        var likelihood = MarginalLikelihood.of(fit, bound, marginal);
        double mean = Arrays.stream(likelihood).average().orElse(0);
        values.put("marginal_log_likelihood", mean);
        text += String.format(Locale.ROOT, "%n  marginal likelihood  %10.2f (log)", mean);
      }
      output.result(text, values);
    }
    return 0;
  }
}
