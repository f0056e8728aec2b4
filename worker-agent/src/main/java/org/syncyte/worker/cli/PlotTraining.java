package org.syncyte.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.syncyte.models.History;
import org.syncyte.worker.picture.Curves;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// How a model was trained, as a picture.
@Command(
    name = "plot",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Draws the measures of a model's training over its epochs.")
final class PlotTraining implements Callable<Integer> {
  /// Measures that stand on one scale, and what they are called.
  private static final List<Map.Entry<String, List<String>>> PANELS =
      List.of(
          Map.entry("negative evidence bound", List.of("elbo_train", "elbo_validation")),
          Map.entry(
              "reconstruction error",
              List.of("reconstruction_loss_train", "reconstruction_loss_validation")),
          Map.entry("divergence from the prior", List.of("kl_local_train", "kl_local_validation")),
          Map.entry("labels told right", List.of("train_accuracy", "validation_accuracy")),
          Map.entry(
              "classification loss",
              List.of("train_classification_loss", "validation_classification_loss")));

  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Picture to write (.svg).")
  private Path target;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    PictureFile.check(target);
    try (var fit = SavedFit.open(model)) {
      var rounds = Files.isDirectory(model) ? model.resolve("training.json") : null;
      if (rounds != null && Files.isRegularFile(rounds)) {
        var training = new ObjectMapper().readTree(rounds.toFile());
        boolean federated = training.path("rounds").isArray();
        draw(target, fit.modelClass(), history(training), federated ? "round" : "epoch");
      } else {
        draw(target, fit.modelClass(), fit.history(), "epoch");
      }
    }
    output.result(target.toString(), Map.of("output", target.toString()));
    return 0;
  }

  /// The measures of `training.json`: of each epoch, or, of a federation, the mean of each round.
  private static History history(JsonNode training) {
    var series = new LinkedHashMap<String, List<Double>>();
    for (var entry : training.path("history").properties()) {
      entry
          .getValue()
          .forEach(value ->
              series
                  .computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                  .add(value.asDouble(Double.NaN)));
    }
    for (var round : training.path("rounds")) {
      for (var entry : round.path("mean").properties()) {
        series
            .computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
            .add(entry.getValue().asDouble(Double.NaN));
      }
    }
    return new History(series);
  }

  /// @throws IllegalArgumentException if nothing was measured
  static void draw(Path target, String modelClass, History history, String step) {
    var panels = new ArrayList<Curves.Panel>();
    for (var panel : PANELS) {
      var curves = new ArrayList<Curves.Curve>();
      for (var name : panel.getValue()) {
        var values = history.of(name).stream().filter(Double::isFinite).toList();
        if (values.size() > 1) {
          curves.add(
              new Curves.Curve(name.contains("validation") ? "validation" : "training", values));
        }
      }
      if (!curves.isEmpty()) {
        panels.add(new Curves.Panel(panel.getKey(), curves));
      }
    }
    if (panels.isEmpty()) {
      throw new IllegalArgumentException(
          "the model carries no measures of two epochs or more; there is no curve to draw");
    }
    PictureFile.write(
        target,
        Curves.svg(
            "Training of " + modelClass,
            String.format(Locale.ROOT, "%,d %ss; numbers are per cell", history.epochs(), step),
            step,
            panels));
  }
}
