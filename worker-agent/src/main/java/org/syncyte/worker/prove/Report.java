package org.syncyte.worker.prove;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.onnx.export.Proof;

/// What came out when a model was run, as the hub takes it.
///
/// @param files SHA-256 of the files that took part, by name
/// @param software what computed, by name
public record Report(
    int schema,
    Outcome outcome,
    String summary,
    Map<String, String> files,
    Map<String, String> software,
    List<Comparison> comparisons) {
  private static final int LONGEST = 300;

  /// `SKIPPED` says why nothing could be run; that is nobody's fault and proves nothing.
  public enum Outcome {
    PROVED,
    FAILED,
    SKIPPED
  }

  /// The model against one other place where the same answer stands.
  ///
  /// @param maxAbsolute largest difference, or null if there is no number for it
  public record Comparison(
      String name,
      int cells,
      @Nullable String input,
      @JsonProperty("max_absolute") @Nullable Double maxAbsolute,
      @JsonProperty("max_relative") @Nullable Double maxRelative,
      @Nullable Double tolerance,
      boolean passed) {
    static Comparison of(String name, Proof.Comparison found) {
      return new Comparison(
          name,
          found.cells(),
          found.input(),
          finite(found.maxAbsolute()),
          finite(found.maxRelative()),
          found.tolerance(),
          found.passed());
    }

    static @Nullable Double finite(double number) {
      return Double.isFinite(number) ? number : null;
    }
  }

  public Report {
    summary = line(summary);
    files = new TreeMap<>(files);
    software = new TreeMap<>(software);
    comparisons = List.copyOf(comparisons);
  }

  /// Text of files and exceptions as one line that the hub takes.
  static String line(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > LONGEST ? line.substring(0, LONGEST - 1) + "…" : line;
  }
}
