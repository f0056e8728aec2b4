package org.syncyte.hub.trust;

import java.util.List;

/// The outcome of a check, better ones first; `SKIPPED` says that there was nothing to check.
public enum Verdict {
  SKIPPED,
  PASSED,
  NOTE,
  WARNING,
  FAILED;

  static Verdict of(List<Finding> findings) {
    var worst = PASSED;
    for (var finding : findings) {
      worst =
          worst.or(
              switch (finding.severity()) {
                case NOTE -> NOTE;
                case WARNING -> WARNING;
                case ERROR -> FAILED;
              });
    }
    return worst;
  }

  Verdict or(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
