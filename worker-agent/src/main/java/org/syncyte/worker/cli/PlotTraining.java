package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
      draw(target, fit.modelClass(), fit.history());
    }
    output.result(target.toString(), Map.of("output", target.toString()));
    return 0;
  }

  /// @throws IllegalArgumentException if nothing was measured
  static void draw(Path target, String modelClass, History history) {
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
            String.format(Locale.ROOT, "%,d epochs, per cell, lower is better", history.epochs()),
            "epoch",
            panels));
  }
}
