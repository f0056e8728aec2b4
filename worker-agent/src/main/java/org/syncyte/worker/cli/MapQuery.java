package org.syncyte.worker.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.onnx.runtime.MappingOptions;
import org.syncyte.onnx.runtime.QueryMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Maps query cells onto a published model.
@Command(
    name = "map",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Maps the cells of a file onto a model with ONNX Runtime and says what they are: by the model"
          + " itself",
      "if it tells labels (labels.onnx), else by the nearest reference cells. Adds obsm X_scVI and"
          + " the obs",
      "columns syncyte_label, syncyte_label_confidence (the model's probability) and",
      "syncyte_label_agreement (share of the nearest reference cells that carry the label)."
    })
final class MapQuery implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder, as pulled.")
  private Path model;

  @Parameters(index = "1", paramLabel = "QUERY", description = "h5ad file with raw counts.")
  private Path query;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "h5ad file to write.")
  private Path target;

  @Option(
      names = "--batch",
      paramLabel = "CATEGORY",
      description = "Treat all cells as this batch of the model (default: each cell's own).")
  private @Nullable String batch;

  @Option(names = "--layer", paramLabel = "NAME", description = "Layer with raw counts.")
  private @Nullable String layer;

  @Option(
      names = "--min-coverage",
      paramLabel = "SHARE",
      description = "Least share of the model's genes (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.8")
  private double minCoverage;

  @Option(
      names = "--neighbours",
      paramLabel = "K",
      description = "Reference cells that vote on a label (default: ${DEFAULT-VALUE}).",
      defaultValue = "15")
  private int neighbours;

  @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--protein-key",
      paramLabel = "KEY",
      description = {
        "Name in obsm under which the model reads proteins of an h5mu file (default:",
        "${DEFAULT-VALUE})."
      },
      defaultValue = ModalityOptions.PROTEINS)
  private String proteinKey;

  @Mixin private ModalityOptions modalities = new ModalityOptions();

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    var options =
        MappingOptions.DEFAULT
            .withBatch(batch)
            .withLayer(layer)
            .withMinCoverage(minCoverage)
            .withNeighbours(neighbours);
    try (var mapper = QueryMapper.open(model, threads);
        AnnData cells = ModalityOptions.open(query, modalities.names(), proteinKey);
        var bar = output.progress("map", cells.cells())) {
      long started = System.nanoTime();
      var mapping =
          mapper.map(cells, options, (done, _) -> bar.at(done, "%,d cells".formatted(done)));
      double seconds = (System.nanoTime() - started) / 1e9;
      bar.close();
      mapping.notices().forEach(output::note);
      H5ad.write(mapping.data(), target);
      var values = new LinkedHashMap<String, Object>();
      values.put("output", target.toString());
      values.put("cells", cells.cells());
      values.put("coverage", mapping.coverage());
      values.put("missing_genes", mapping.missingGenes());
      values.put("notices", mapping.notices());
      values.put("provider", mapping.provider().name());
      values.put("cells_per_second", cells.cells() / seconds);
      output.result(
          String.format(
              Locale.ROOT,
              "%s%n%,d cells, %.1f %% of the model's genes, %,.0f cells/s on %s",
              target,
              cells.cells(),
              100 * mapping.coverage(),
              cells.cells() / seconds,
              mapping.provider()),
          values);
    }
    return 0;
  }
}
