package org.syncyte.hub.trust;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What came out when an agent ran a model itself, beside the model's graphs and on its published
/// cells.
///
/// The hub runs graphs only. That the graphs answer as the weights in `model.pt` do is shown where
/// the weights can be run: by an agent beside the hub, which reports here. The report names the
/// files it speaks of by their hashes, so it cannot be carried to another commit.
///
/// @param files SHA-256 of the files that took part, by name
/// @param software what computed, by name; `syncyte` is the version of the agent
/// @param agent the account that reported
public record NativeProof(
    Outcome outcome,
    String summary,
    Map<String, String> files,
    Map<String, String> software,
    List<Comparison> comparisons,
    String agent,
    Instant at) {
  /// `SKIPPED` says why nothing could be run.
  public enum Outcome {
    PROVED,
    FAILED,
    SKIPPED
  }

  /// The model against one other place where the same answer stands: a graph, another file of the
  /// weights, the stored latents, the record of its maker.
  ///
  /// @param cells how many were compared; 0 where cells play no part
  /// @param maxAbsolute largest difference, or null if one answer was not a number
  public record Comparison(
      String name,
      int cells,
      @Nullable String input,
      @Nullable Double maxAbsolute,
      @Nullable Double maxRelative,
      @Nullable Double tolerance,
      boolean passed) {}

  public NativeProof {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    software = Collections.unmodifiableMap(new LinkedHashMap<>(software));
    comparisons = List.copyOf(comparisons);
  }

  /// The same as a check among the others.
  CheckResult check() {
    var findings = new ArrayList<Finding>();
    var numbers = new LinkedHashMap<String, Double>();
    for (var comparison : comparisons) {
      if (!comparison.passed()) {
        findings.add(Finding.error("N1", comparison.name(), said(comparison)));
      }
      if (comparison.maxRelative() != null) {
        numbers.put(comparison.name() + " relative difference", comparison.maxRelative());
      }
      if (comparison.maxAbsolute() != null) {
        numbers.put(comparison.name() + " absolute difference", comparison.maxAbsolute());
      }
    }
    var verdict =
        switch (outcome) {
          case PROVED -> Verdict.PASSED;
          case FAILED -> Verdict.FAILED;
          case SKIPPED -> Verdict.SKIPPED;
        };
    return new CheckResult(NativeProofs.NAME, verdict, line(), findings, numbers, 0);
  }

  private static String said(Comparison comparison) {
    return comparison.maxRelative() == null
        ? "it does not agree with model.pt"
        : "it is apart from model.pt by %.3g; %.0e is allowed"
            .formatted(
                comparison.maxRelative(),
                comparison.tolerance() == null ? 0.0 : comparison.tolerance());
  }

  private String line() {
    var by = software.get("syncyte");
    return "%s Run by %s%s on %s UTC."
        .formatted(
            summary,
            agent,
            by == null ? "" : " with syncyte " + by,
            at.toString().substring(0, 16).replace('T', ' '));
  }
}
