package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Evidence that the published files say the same as the model that was trained: the same cells
/// through different files, and the largest difference between the answers.
public record ProofView(
    boolean passed,
    @Nullable Double tolerance,
    @Nullable Double maxDifference,
    List<Check> checks) {
  public ProofView {
    checks = List.copyOf(checks);
  }

  /// One comparison.
  public record Check(
      String name,
      boolean passed,
      @Nullable Double tolerance,
      @Nullable Double maxDifference,
      @Nullable String note) {
    public String toleranceText() {
      return text(tolerance);
    }

    public String differenceText() {
      return text(maxDifference);
    }

    public String verdict() {
      return passed ? "passed" : "failed";
    }
  }

  public String verdict() {
    return passed ? "passed" : "failed";
  }

  public String toleranceText() {
    return text(tolerance);
  }

  public String differenceText() {
    return text(maxDifference);
  }

  private static String text(@Nullable Double value) {
    return value == null ? "–" : Figures.decimal(value);
  }
}
