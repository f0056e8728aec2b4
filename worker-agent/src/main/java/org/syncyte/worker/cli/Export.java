package org.syncyte.worker.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.worker.folder.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Writes a model's graphs for ONNX runtimes.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a model's graphs for ONNX runtimes: model.onnx (counts to latent) and",
      "expression.onnx (latent to normalized expression), and labels.onnx (counts to probabilities)",
      "of a model that has learned labels. A model of scvi-tools works as well."
    })
final class Export implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Where to write (default: beside the model).")
  private @Nullable Path folder;

  @Option(
      names = "--attributions",
      description = {
        "Write attributions.onnx as well: integrated gradients of labels, or of the latent space."
      })
  private boolean attributions;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws java.io.IOException {
    var weights = SavedFit.weights(model);
    var target = folder == null ? weights.toAbsolutePath().getParent() : folder;
    try (var fit = SavedFit.open(model)) {
      var place = target == null ? Path.of("") : target;
      var paths = new ArrayList<String>();
      ModelFolder.export(place, fit).values().forEach(file -> paths.add(file.toString()));
      if (attributions) {
        paths.add(ModelFolder.exportAttributions(place, fit).toString());
      }
      output.result(String.join("\n", paths), Map.of("files", paths));
    }
    return 0;
  }
}
