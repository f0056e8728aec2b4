package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;

/// Every pickle of the commit, followed without being run.
@ApplicationScoped
class PickleCheck implements Check {
  private final FileScans scans;

  PickleCheck(FileScans scans) {
    this.scans = scans;
  }

  @Override
  public String name() {
    return "pickle";
  }

  @Override
  public CheckResult run(Subject subject) {
    var findings = new ArrayList<Finding>();
    int count = 0;
    for (var file : subject.files().values()) {
      if (!FileScans.scannable(file.path()) || file.size() == 0) {
        continue;
      }
      count++;
      var scan = scans.of(file);
      switch (scan.verdict()) {
        case ALLOWED -> {}
        case UNKNOWN ->
            findings.add(
                Finding.warning("S1", file.path(), "nobody can vouch for it: " + scan.reason()));
        case DANGEROUS ->
            findings.add(
                Finding.error(
                    "S2",
                    file.path(),
                    "quarantined, owners alone can download it: " + scan.reason()));
      }
    }
    if (count == 0) {
      return CheckResult.skipped(name(), "No pickles are here.");
    }
    return CheckResult.of(
        name(),
        findings.isEmpty()
            ? "Python imports only what a saved model is made of (%d %s)."
                .formatted(count, count == 1 ? "file" : "files")
            : "%d of %d files mention names that Python should not import."
                .formatted(findings.size(), count),
        findings);
  }
}
