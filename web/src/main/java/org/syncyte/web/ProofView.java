package org.syncyte.web;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Evidence that the published files answer as the trained model does: the same cells through
/// different files, and the largest difference between the answers.
///
/// @param objection why the evidence does not count, or null
/// @param software what computed it, for the record
public record ProofView(
    boolean passed, @Nullable String objection, List<Check> checks, String software) {
  public ProofView {
    checks = List.copyOf(checks);
    passed = passed && objection == null;
  }

  /// One comparison.
  ///
  /// @param difference largest difference found, relative to the values
  public record Check(
      String name,
      boolean passed,
      @Nullable Double tolerance,
      @Nullable Double difference,
      @Nullable String note) {
    public String toleranceText() {
      return text(tolerance);
    }

    public String differenceText() {
      return text(difference);
    }

    public String verdict() {
      return passed ? "passed" : "failed";
    }
  }

  public String verdict() {
    return passed ? "Proof passed" : objection == null ? "Proof failed" : "Proof does not count";
  }

  /// The largest difference of all comparisons.
  public String differenceText() {
    return largest(Check::difference);
  }

  public String toleranceText() {
    return largest(Check::tolerance);
  }

  private String largest(Function<Check, @Nullable Double> number) {
    double largest = Double.NaN;
    for (var check : checks) {
      var value = number.apply(check);
      if (value != null && !(value <= largest)) {
        largest = value;
      }
    }
    return Figures.decimal(largest);
  }

  private static String text(@Nullable Double value) {
    return value == null ? "–" : Figures.decimal(value);
  }
}
