package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.tasks.Predictions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What cells are, told by a model that has learned labels.
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells what the cells of a file are, by a model that has learned labels (SCANVI, TOTALANVI).",
      "The output is the input with the obs columns syncyte_label and syncyte_label_confidence, or"
          + " a",
      "table if it ends in .csv. Labels that the cells carry are not looked at."
    })
final class Predict implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or model.pt.")
  private Path model;

  @Parameters(index = "1", paramLabel = "FILE", description = "h5ad file with raw counts.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "h5ad or csv file to write.")
  private Path target;

  @Option(
      names = "--soft",
      description = "Also write the probability of every label (obsm syncyte_label_probability).")
  private boolean soft;

  @Option(
      names = "--batch",
      paramLabel = "CATEGORY",
      description = "Treat all cells as this batch of the model (default: each cell's own).")
  private @Nullable String batch;

  @Mixin private JudgementOptions judgement;

  @Mixin private EngineOptions engine;

  @Mixin private ModalityOptions modalities = new ModalityOptions();

  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    judgement.check(model);
    engine.apply();
    try (var fit = SavedFit.open(model);
        AnnData data =
            ModalityOptions.open(file, modalities.names(), ModalityOptions.proteins(fit))) {
      var bound =
          BoundCells.bind(fit, data, batch != null ? batch : BoundCells.indifferent(fit), output);
      var told = judgement.judged(model, fit, LabelTransfer.of(fit, bound), data.obs(), output);
      if (target.toString().endsWith(".csv")) {
        PredictionTable.write(target, data.obs(), told, soft);
      } else {
        H5ad.write(labelled(data, told), target);
      }
      report(told);
    }
    return 0;
  }

  private AnnData labelled(AnnData data, Predictions told) {
    var codes = new int[told.cells()];
    var confidence = new double[told.cells()];
    for (int cell = 0; cell < codes.length; cell++) {
      codes[cell] = told.code(cell);
      confidence[cell] = told.confidence(cell);
    }
    var obs =
        data.obs()
            .with("syncyte_label", new Column.Categorical(codes, told.classes(), false))
            .with("syncyte_label_confidence", new Column.Floats(confidence, false));
    var labelled = data.withObs(obs);
    return soft
        ? labelled
            .withObsm("syncyte_label_probability", told.probabilities())
            .withUns("syncyte_labels", told.classes().toArray(String[]::new))
        : labelled;
  }

  private void report(Predictions told) {
    var counts = new TreeMap<String, Integer>();
    double confidence = 0;
    for (int cell = 0; cell < told.cells(); cell++) {
      counts.merge(told.label(cell), 1, Integer::sum);
      confidence += told.confidence(cell) / told.cells();
    }
    var text = new StringBuilder(target.toString());
    counts.forEach(
        (label, count) -> text.append(String.format(Locale.ROOT, "%n%,8d  %s", count, label)));
    text.append(String.format(Locale.ROOT, "%nmean confidence %.3f", confidence));
    output.result(
        text.toString(),
        new TreeMap<>(
            Map.of(
                "output",
                target.toString(),
                "cells",
                told.cells(),
                "labels",
                counts,
                "mean_confidence",
                confidence)));
  }
}
