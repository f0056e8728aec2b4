package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;

/// Whether the same weights are already published under another name, by other hands.
@ApplicationScoped
class CopyCheck implements Check {
  private final Prints prints;

  CopyCheck(Prints prints) {
    this.prints = prints;
  }

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public CheckResult run(Subject subject) throws IOException {
    var model = subject.model();
    if (model == null) {
      return CheckResult.skipped(name(), "There are no weights that could be read.");
    }
    var repo = subject.revision().repo();
    var weights = Prints.of(model.state());
    if (repo.head().equals(subject.revision().commit())) {
      prints.keep(repo.key(), subject.revision().commit(), weights);
    }
    var findings = new ArrayList<Finding>();
    for (var other : prints.others(repo.key(), weights)) {
      findings.add(
          Finding.note("V10", Subject.MODEL, "the same weights are published as " + other));
    }
    return CheckResult.of(
        name(),
        findings.isEmpty()
            ? "No other public model here has these weights."
            : "Other public models here have the same weights.",
        findings);
  }
}
