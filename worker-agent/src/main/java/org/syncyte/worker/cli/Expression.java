package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.tasks.NormalizedExpression;
import org.syncyte.worker.folder.Durable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Denoised expression of cells, computed by the model itself.
@Command(
    name = "expression",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes what a model expects of each gene of each cell, depth and noise set apart.",
      "The output is an h5ad file of cells by genes, or a table if it ends in .csv. Minified cells,",
      "such as the adata.h5ad of a model folder, need no counts."
    },
    footer = {
      "",
      "Example: two genes of a published model's own cells, as if all came from one site",
      "  syncyte expression my-model my-model -o markers.csv --genes MS4A1,NKG7 --as north"
    })
final class Expression implements Callable<Integer> {
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

  @Option(
      names = "--genes",
      paramLabel = "NAME",
      split = ",",
      description = "Genes wanted, by name (default: all of the model).")
  private @Nullable List<String> genes;

  @Option(
      names = "--as",
      paramLabel = "BATCH",
      split = ",",
      description =
          "Batches to decode all cells as; of several the mean (default: each cell's own).")
  private List<String> batches = List.of();

  @Option(
      names = "--library-size",
      paramLabel = "N",
      description = "Sum of a cell, or 'latent' for its own (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private String librarySize;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description =
          "Draws of the posterior to average; 0 takes its mean (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private int samples;

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
    engine.apply();
    var options =
        new NormalizedExpression.Options(
            batches,
            genes,
            library(),
            Math.max(1, samples),
            samples == 0
                ? Noise.NONE
                : new RandomNoise(RandomGeneratorFactory.of("L64X128MixRandom").create(seed)));
    try (var fit = SavedFit.open(model);
        AnnData data = H5ad.open(SavedFit.cells(file))) {
      var bound = fit.bind(data);
      bound.notes().forEach(output::note);
      var values = NormalizedExpression.of(fit, bound, options);
      var names = genes == null ? fit.registry().varNames() : genes;
      if (target.toString().endsWith(".csv")) {
        Durable.write(
            target, table(data, names, values).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      } else {
        H5ad.write(
            new AnnData(
                values,
                data.obs(),
                DataFrame.of(names),
                Map.of(),
                data.obsm(),
                Map.of(),
                Map.of(),
                Map.of(),
                null),
            target);
      }
      var result = new LinkedHashMap<String, Object>();
      result.put("output", target.toString());
      result.put("cells", data.cells());
      result.put("genes", names.size());
      output.result(
          String.format(
              Locale.ROOT, "%s%n%,d cells, %,d genes", target, data.cells(), names.size()),
          result);
    }
    return 0;
  }

  private @Nullable Double library() {
    if (librarySize.equals("latent")) {
      return null;
    }
    try {
      double size = Double.parseDouble(librarySize);
      if (size > 0 && Double.isFinite(size)) {
        return size;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "--library-size %s must be a positive number, or 'latent'".formatted(librarySize));
  }

  private static String table(AnnData data, List<String> genes, Dense values) {
    var text = new StringBuilder("cell");
    genes.forEach(gene -> text.append(',').append(LatentTable.quoted(gene)));
    text.append('\n');
    for (int cell = 0; cell < values.rows(); cell++) {
      text.append(LatentTable.quoted(data.obs().index().get(cell)));
      for (int gene = 0; gene < genes.size(); gene++) {
        text.append(',').append(values.at(cell, gene));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
