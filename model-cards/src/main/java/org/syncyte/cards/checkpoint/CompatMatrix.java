package org.syncyte.cards.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Which generations of scvi-tools load a `model.pt` as it is, and which after repair.
///
/// The rows are the releases whose behaviour was observed; a symptom of the doctor lets the
/// generations fail that show it. Files of another pandas or numpy generation fail in any release,
/// depending on what is installed beside it, and have a row of their own.
///
/// @param minified whether the model goes with minified cells
/// @param oldNames whether the data file has the latent under the names of scvi-tools up to 1.2.0
public record CompatMatrix(List<Row> rows, boolean minified, boolean oldNames) {
  /// How a set-up takes the file.
  public enum Outcome {
    LOADS,
    AFTER_REPAIR,
    FAILS
  }

  /// @param reason what its user sees, empty if it loads
  public record Row(String reader, Outcome outcome, String reason) {}

  /// Releases with their name for a branch, oldest first.
  private enum Generation {
    V1_2_0("scvi-tools 1.2.0", "1.2"),
    V1_2_2("scvi-tools 1.2.2", "1.2"),
    V1_3("scvi-tools 1.3", "1.3"),
    V1_4("scvi-tools 1.4", "1.4"),
    V1_5("scvi-tools 1.5", "1.5");

    private final String reader;
    private final String branch;

    Generation(String reader, String branch) {
      this.reader = reader;
      this.branch = branch;
    }

    private boolean shows(CompatDoctor.Symptom symptom) {
      return switch (symptom.kind()) {
        case WEIGHTS_ONLY -> this == V1_2_0;
        case PYRO_STORE -> this == V1_2_0 || this == V1_2_2;
        case SETUP_METHOD -> this != V1_5;
        case PANDAS, NUMPY -> false;
      };
    }
  }

  public CompatMatrix {
    rows = List.copyOf(rows);
  }

  /// @throws CheckpointException if the file is broken or hostile
  public static CompatMatrix of(Path model, boolean minified, boolean oldNames) throws IOException {
    return of(CompatDoctor.examine(model), minified, oldNames);
  }

  static CompatMatrix of(List<CompatDoctor.Symptom> symptoms, boolean minified, boolean oldNames) {
    var rows = new ArrayList<Row>();
    for (var generation : Generation.values()) {
      var outcome = Outcome.LOADS;
      var reasons = new ArrayList<String>();
      for (var symptom : symptoms) {
        if (generation.shows(symptom)) {
          outcome = worse(outcome, symptom.repaired() ? Outcome.AFTER_REPAIR : Outcome.FAILS);
          reasons.add(symptom.symptom());
        }
      }
      if (generation == Generation.V1_2_0 && minified && !oldNames) {
        outcome = Outcome.FAILS;
        reasons.add("the minified cells lack the names that this release looks for");
      }
      rows.add(new Row(generation.reader, outcome, String.join("; ", reasons)));
    }
    for (var symptom : symptoms) {
      if (symptom.kind() == CompatDoctor.Kind.PANDAS || symptom.kind() == CompatDoctor.Kind.NUMPY) {
        rows.add(
            new Row(
                "any, beside " + symptom.reader(),
                symptom.repaired() ? Outcome.AFTER_REPAIR : Outcome.FAILS,
                symptom.symptom()));
      }
    }
    return new CompatMatrix(rows, minified, oldNames);
  }

  private static Outcome worse(Outcome a, Outcome b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /// Names of the branches on which a repaired file is wanted, such as `scvi-1.2`.
  public List<String> branches() {
    var names = new ArrayList<String>();
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).outcome == Outcome.AFTER_REPAIR) {
        var name =
            i < Generation.values().length ? "scvi-" + Generation.values()[i].branch : "portable";
        if (!names.contains(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /// Whether every row loads.
  public boolean clean() {
    return rows.stream().allMatch(row -> row.outcome == Outcome.LOADS);
  }
}
