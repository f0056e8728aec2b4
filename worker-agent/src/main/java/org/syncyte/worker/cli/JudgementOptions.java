package org.syncyte.worker.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.DataFrame;
import org.syncyte.cards.results.Evaluation;
import org.syncyte.models.Fit;
import org.syncyte.models.tasks.Calibration;
import org.syncyte.models.tasks.Predictions;
import org.syncyte.worker.folder.Durable;
import org.syncyte.worker.picture.Confusion;
import org.syncyte.worker.picture.Reliability;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How predictions are judged by labels that the cells carry, and made as sure as they are right.
///
/// Labelled cells are halved at random: the temperature comes from one half, every number and
/// picture from the other, which it has not seen. The cells should not have been trained on.
final class JudgementOptions {
  private static final int LEAST = 20;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = {
        "Judge the predictions by the cells' own labels (.json): accuracy, expected calibration",
        "error, fitted temperature, confusion. Use cells that the model was not trained on."
      })
  private @Nullable Path report;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Reliability diagram to draw (.svg); a confusion matrix goes beside it.")
  private @Nullable Path plot;

  @Option(
      names = "--truth",
      paramLabel = "COLUMN",
      description = "obs column of the cells' own labels (default: the model's labels column).")
  private @Nullable String truth;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = {
        "Write confidence at this temperature: a number, or fit to take the one from labelled",
        "cells (default: ${DEFAULT-VALUE}, as the model says)."
      },
      defaultValue = "1")
  private String temperature;

  @Mixin private Publication publication;

  /// Refuses what cannot be, before any work is done.
  void check(Path model) {
    publication.check(model);
    if (report != null && !report.toString().endsWith(".json")) {
      throw new IllegalArgumentException(report + ": reports are written as .json");
    }
    if (plot != null) {
      PictureFile.check(plot);
    }
    if (!fitted()) {
      given();
    }
  }

  private boolean fitted() {
    return temperature.equalsIgnoreCase("fit");
  }

  private double given() {
    try {
      double value = Double.parseDouble(temperature);
      if (value > 0 && Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Told below, as for numbers that are not positive.
    }
    throw new IllegalArgumentException(
        "--temperature = '%s'; give a positive number, or fit".formatted(temperature));
  }

  /// The predictions at the temperature asked for, after report and pictures are written.
  Predictions judged(Path model, Fit fit, Predictions told, DataFrame obs, OutputOptions output) {
    if (report == null && plot == null && !publication.asked() && !fitted()) {
      return Calibration.at(told, given());
    }
    var known = known(fit, told, obs);
    var fitting = new int[known.length];
    var judging = new int[known.length];
    Arrays.fill(fitting, -1);
    Arrays.fill(judging, -1);
    var random = new Random(0);
    int labelled = 0;
    for (int cell = 0; cell < known.length; cell++) {
      if (known[cell] >= 0) {
        (random.nextBoolean() ? fitting : judging)[cell] = known[cell];
        labelled++;
      }
    }
    if (labelled < LEAST) {
      throw new IllegalArgumentException(
          "%d cells have a label that the model knows; at least %d are needed to judge it"
              .formatted(labelled, LEAST));
    }
    double best = Calibration.temperature(told, fitting);
    double used = fitted() ? best : given();
    var raw = Calibration.of(told, judging);
    var cooled = Calibration.of(Calibration.at(told, best), judging);
    var published = publication.asked() ? publication.evaluation(model, told, judging, best) : null;
    if (report != null) {
      Durable.write(report, json(told, judging, labelled, best, raw, cooled));
    }
    if (plot != null) {
      draw(plot, told, judging, best, raw, cooled);
    }
    if (published != null) {
      publication.write(model, Evaluation.FILE, published.json(), output);
    }
    output.note(
        String.format(
            Locale.ROOT,
            "%,d cells judged: accuracy %.3f, calibration error %.3f, at temperature %.2f %.3f",
            raw.cells(),
            raw.accuracy(),
            raw.error(),
            best,
            cooled.error()));
    return Calibration.at(told, used);
  }

  private int[] known(Fit fit, Predictions told, DataFrame obs) {
    var key = truth != null ? truth : fit.registry().setup().labelsKey();
    var column = key == null ? null : obs.columns().get(key);
    if (column == null) {
      throw new IllegalArgumentException(
          "obs column '%s' with the cells' own labels is not in the data; name it with --truth"
              .formatted(key));
    }
    var known = new int[obs.size()];
    for (int cell = 0; cell < known.length; cell++) {
      known[cell] = told.classes().indexOf(String.valueOf(column.text(cell)));
    }
    return known;
  }

  private static byte[] json(
      Predictions told,
      int[] judging,
      int labelled,
      double best,
      Calibration raw,
      Calibration cooled) {
    var values = new LinkedHashMap<String, Object>();
    values.put("cells", told.cells());
    values.put("labelled", labelled);
    values.put("judged", raw.cells());
    values.put("accuracy", raw.accuracy());
    values.put("temperature", best);
    values.put("as_told", measures(raw));
    values.put("at_temperature", measures(cooled));
    var confusion = Calibration.confusion(told, judging);
    values.put("classes", told.classes());
    values.put("confusion", confusion);
    var perClass = new LinkedHashMap<String, Object>();
    for (int k = 0; k < confusion.length; k++) {
      int known = Arrays.stream(confusion[k]).sum();
      int given = 0;
      for (var row : confusion) {
        given += row[k];
      }
      perClass.put(
          told.classes().get(k),
          Map.of(
              "cells",
              known,
              "recall",
              known == 0 ? 0.0 : confusion[k][k] / (double) known,
              "precision",
              given == 0 ? 0.0 : confusion[k][k] / (double) given));
    }
    values.put("per_class", perClass);
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and lists have a JSON form", e);
    }
  }

  private static Map<String, Object> measures(Calibration found) {
    var values = new LinkedHashMap<String, Object>();
    values.put("expected_calibration_error", found.error());
    values.put("mean_confidence", found.confidence());
    values.put("log_loss", found.logLoss());
    var bins = new ArrayList<Map<String, Object>>();
    for (var bin : found.bins()) {
      bins.add(
          Map.of(
              "from",
              bin.low(),
              "to",
              bin.high(),
              "cells",
              bin.cells(),
              "confidence",
              bin.confidence(),
              "accuracy",
              bin.accuracy()));
    }
    values.put("bins", bins);
    return values;
  }

  private static void draw(
      Path plot,
      Predictions told,
      int[] judging,
      double best,
      Calibration raw,
      Calibration cooled) {
    var below =
        String.format(
            Locale.ROOT, "%,d labelled cells that were kept apart for judging", raw.cells());
    PictureFile.write(
        plot,
        Reliability.svg(
            "Is the model as sure as it is right?",
            below,
            List.of(
                curve(String.format(Locale.ROOT, "as told, error %.3f", raw.error()), raw),
                curve(
                    String.format(
                        Locale.ROOT, "at temperature %.2f, error %.3f", best, cooled.error()),
                    cooled))));
    PictureFile.write(
        PictureFile.of(plot, "confusion"),
        Confusion.svg(
            "Known labels and what was told",
            String.format(Locale.ROOT, "%s; accuracy %.3f", below, raw.accuracy()),
            told.classes(),
            told.classes(),
            Calibration.confusion(told, judging)));
  }

  private static Reliability.Curve curve(String name, Calibration found) {
    return new Reliability.Curve(
        name,
        found.bins().stream()
            .map(bin -> new Reliability.Bin(bin.confidence(), bin.accuracy(), bin.cells()))
            .toList());
  }
}
