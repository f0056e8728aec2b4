package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.RegistryFacts;
import org.syncyte.cards.checkpoint.CompatMatrix;

/// Which releases of scvi-tools load the model.
@ApplicationScoped
class CompatCheck implements Check {
  @Override
  public String name() {
    return "compat";
  }

  @Override
  public CheckResult run(Subject subject) throws IOException {
    var matrix = matrix(subject);
    if (matrix == null) {
      return CheckResult.skipped(
          name(), "There is no model.pt that could be read: " + subject.modelProblem() + ".");
    }
    var findings = new ArrayList<Finding>();
    int loads = 0;
    int repaired = 0;
    for (var row : matrix.rows()) {
      switch (row.outcome()) {
        case LOADS -> {
          loads++;
          findings.add(Finding.note("D0", Subject.MODEL, row.reader() + ": loads"));
        }
        case AFTER_REPAIR -> {
          repaired++;
          findings.add(
              Finding.warning(
                  "D1", Subject.MODEL, row.reader() + ": loads after repair; " + row.reason()));
        }
        case FAILS ->
            findings.add(
                Finding.error("D2", Subject.MODEL, row.reader() + ": fails; " + row.reason()));
      }
    }
    var verdict = matrix.clean() ? Verdict.PASSED : Verdict.NOTE;
    return new CheckResult(
        name(),
        verdict,
        matrix.clean()
            ? "Every release of scvi-tools from 1.2 to 1.5 loads it as it is."
            : "%d set-ups load it as it is, %d after repair, %d not."
                .formatted(loads, repaired, matrix.rows().size() - loads - repaired),
        findings,
        java.util.Map.of(),
        0);
  }

  /// The matrix of this commit's model, or null if there is none to examine.
  static @Nullable CompatMatrix matrix(Subject subject) throws IOException {
    var model = subject.model();
    var file = subject.path(Subject.MODEL);
    if (model == null || file == null) {
      return null;
    }
    boolean minified = RegistryFacts.of(model).minified();
    var data = minified ? subject.data() : null;
    boolean oldNames =
        data != null
            && data.obsm().keySet().stream().anyMatch(key -> key.matches("_[a-z]+_latent_qzm"));
    return CompatMatrix.of(file, minified && data != null, oldNames);
  }
}
