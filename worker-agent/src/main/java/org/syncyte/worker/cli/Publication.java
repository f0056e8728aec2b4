package org.syncyte.worker.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.cards.privacy.Exposure;
import org.syncyte.cards.privacy.PrivacyLint;
import org.syncyte.cards.results.Evaluation;
import org.syncyte.cards.results.Importance;
import org.syncyte.models.tasks.Calibration;
import org.syncyte.models.tasks.Predictions;
import org.syncyte.worker.folder.Durable;
import org.syncyte.worker.hub.Digests;
import picocli.CommandLine.Option;

/// Results that go into the model folder, to be shown on the model's page.
///
/// They are about groups of cells, never about one: a group smaller than [PrivacyLint#SMALL] is
/// left out, and groups that name donors are refused.
final class Publication {
  @Option(
      names = "--publish",
      description = {
        "Also put the result into the model folder, for 'syncyte push' and the page of a hub. Groups"
            + " of",
        "fewer than 10 cells are left out."
      })
  private boolean publish;

  boolean asked() {
    return publish;
  }

  /// Refuses what cannot be, before any work is done.
  void check(Path model) {
    if (publish && !Files.isDirectory(model)) {
      throw new IllegalArgumentException(
          model + ": --publish writes into a model folder; give the folder, not the file in it");
    }
  }

  /// A ranking of features as it may be published.
  ///
  /// @param table rows of each group and target, as the command writes them
  /// @param column obs column of the groups, or null if they are the model's own
  Importance importance(
      Path model, boolean labels, @Nullable String column, int cells, DataFrame table) {
    var rows = new LinkedHashMap<List<String>, List<Integer>>();
    for (int row = 0; row < table.size(); row++) {
      rows.computeIfAbsent(
              List.of(text(table, "group", row), text(table, "target", row)),
              _ -> new ArrayList<>())
          .add(row);
    }
    var mean = ((Column.Floats) table.column("attribution_mean").orElseThrow()).values();
    var deviation = ((Column.Floats) table.column("attribution_std").orElseThrow()).values();
    var counts = ((Column.Ints) table.column("cells").orElseThrow()).values();
    var groups = new ArrayList<Importance.Group>();
    rows.forEach((name, own) -> {
      int size = (int) counts[own.getFirst()];
      var features =
          own.stream()
              .filter(row -> mean[row] != 0)
              .sorted(Comparator.comparingDouble(row -> -Math.abs(mean[row])))
              .limit(Importance.FEATURES)
              .map(row ->
                  new Importance.Feature(
                      text(table, "feature", row), rounded(mean[row]), rounded(deviation[row])))
              .toList();
      if (size >= PrivacyLint.SMALL && !features.isEmpty()) {
        groups.add(new Importance.Group(name.getFirst(), name.getLast(), size, features));
      }
    });
    if (groups.isEmpty()) {
      throw new IllegalArgumentException(
          "--publish: no group has %d cells, the fewest that may be published"
              .formatted(PrivacyLint.SMALL));
    }
    var found =
        new Importance(
            hash(model), labels ? "labels" : "latent", column == null ? "" : column, cells, groups);
    refuse(PrivacyLint.groups(Importance.FILE, found.column(), found.sizes()));
    return found;
  }

  /// Judged predictions as they may be published.
  ///
  /// @param known of each cell, the position of its label among the classes, or -1
  /// @param temperature the fitted one
  Evaluation evaluation(Path model, Predictions told, int[] known, double temperature) {
    var sizes = new int[told.classes().size()];
    Arrays.stream(known).filter(label -> label >= 0).forEach(label -> sizes[label]++);
    var kept = Arrays.stream(known).map(label -> kept(sizes, label) ? label : -1).toArray();
    var withheld = new ArrayList<String>();
    var rows = new ArrayList<Evaluation.Known>();
    for (int label = 0; label < sizes.length; label++) {
      if (sizes[label] > 0 && sizes[label] < PrivacyLint.SMALL) {
        withheld.add(told.classes().get(label));
      }
    }
    if (Arrays.stream(kept).allMatch(label -> label < 0)) {
      throw new IllegalArgumentException(
          "--publish: no label has %d judged cells, the fewest that may be published"
              .formatted(PrivacyLint.SMALL));
    }
    var confusion = Calibration.confusion(told, kept);
    for (int label = 0; label < sizes.length; label++) {
      if (kept(sizes, label)) {
        rows.add(
            new Evaluation.Known(
                told.classes().get(label), Arrays.stream(confusion[label]).boxed().toList()));
      }
    }
    var raw = Calibration.of(told, kept);
    var calibrations = new ArrayList<>(List.of(calibration(1, raw)));
    if (Math.abs(temperature - 1) > 1e-6) {
      calibrations.add(
          calibration(temperature, Calibration.of(Calibration.at(told, temperature), kept)));
    }
    var found =
        new Evaluation(hash(model), raw.cells(), told.classes(), rows, withheld, calibrations);
    refuse(PrivacyLint.groups(Evaluation.FILE, "", found.sizes()));
    return found;
  }

  void write(Path model, String file, byte[] json, OutputOptions output) {
    var target = model.resolve(file);
    Durable.write(target, json);
    output.note(target + " goes with the model at the next push");
  }

  private static boolean kept(int[] sizes, int label) {
    return label >= 0 && sizes[label] >= PrivacyLint.SMALL;
  }

  private static Evaluation.Calibration calibration(double temperature, Calibration found) {
    var bins =
        found.bins().stream()
            .map(bin ->
                new Evaluation.Bin(
                    bin.low(),
                    bin.high(),
                    bin.cells(),
                    Math.clamp(bin.confidence(), 0, 1),
                    Math.clamp(bin.accuracy(), 0, 1)))
            .toList();
    return new Evaluation.Calibration(
        temperature,
        Math.clamp(found.error(), 0, 1),
        Math.clamp(found.confidence(), 0, 1),
        Evaluation.joined(bins, PrivacyLint.SMALL));
  }

  private static void refuse(List<Exposure> exposures) {
    for (var exposure : exposures) {
      if (exposure.severity() == Exposure.Severity.SERIOUS) {
        throw new IllegalArgumentException(
            "--publish: %s; group by something else, or leave out --publish"
                .formatted(exposure.message()));
      }
    }
  }

  private static String hash(Path model) {
    return Digests.hex(Digests.sha256(SavedFit.weights(model)));
  }

  private static double rounded(double value) {
    return (float) value;
  }

  private static String text(DataFrame table, String column, int row) {
    return String.valueOf(table.column(column).orElseThrow().text(row));
  }
}
