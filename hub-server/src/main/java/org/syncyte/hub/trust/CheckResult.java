package org.syncyte.hub.trust;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one check found.
///
/// @param summary one sentence
/// @param numbers what was measured, by name
public record CheckResult(
    String name,
    Verdict verdict,
    String summary,
    List<Finding> findings,
    Map<String, Double> numbers,
    long millis) {
  private static final int MAX_SUMMARY = 500;
  private static final int MAX_FINDINGS = 300;

  public CheckResult {
    findings = List.copyOf(findings.subList(0, Math.min(MAX_FINDINGS, findings.size())));
    numbers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    summary = summary.replace("\0", "");
    summary = summary.length() > MAX_SUMMARY ? summary.substring(0, MAX_SUMMARY) : summary;
  }

  static CheckResult of(String name, String summary, List<Finding> findings) {
    return new CheckResult(name, Verdict.of(findings), summary, findings, Map.of(), 0);
  }

  static CheckResult skipped(String name, String why) {
    return new CheckResult(name, Verdict.SKIPPED, why, List.of(), Map.of(), 0);
  }

  CheckResult with(Map<String, Double> measured) {
    return new CheckResult(name, verdict, summary, findings, measured, millis);
  }

  CheckResult after(long nanos) {
    return new CheckResult(name, verdict, summary, findings, numbers, nanos / 1_000_000);
  }
}
