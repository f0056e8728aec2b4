package org.syncyte.hub.trust;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that is known of a commit.
///
/// @param state `QUEUED`, `RUNNING`, `DONE`, or `BROKEN` if the checks could not be completed
/// @param verdict the worst of all checks, null before the first run is complete
public record CheckReport(
    String commit,
    String state,
    @Nullable Verdict verdict,
    @Nullable Instant queuedAt,
    @Nullable Instant finishedAt,
    List<CheckResult> checks) {
  public CheckReport {
    checks = List.copyOf(checks);
  }

  static CheckReport none(String commit) {
    return new CheckReport(commit, "QUEUED", null, null, null, List.of());
  }

  public @Nullable CheckResult check(String name) {
    return checks.stream().filter(check -> check.name().equals(name)).findFirst().orElse(null);
  }
}
