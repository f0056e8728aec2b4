package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a model was trained: one row per round, one column per curve.
///
/// @param run the run that trained it, in words, or null
/// @param step what a row is: `round` or `epoch`
/// @param metric name of the number shown
/// @param metrics other numbers that the file holds, as links
/// @param columns names of the curves
/// @param rows values, null where a site did not take part
/// @param sites what is known of the sites
public record TrainingView(
    ModelHead head,
    @Nullable String run,
    String step,
    String metric,
    List<Link> metrics,
    List<String> columns,
    List<Row> rows,
    List<Site> sites,
    @Nullable ProofView proof) {
  public TrainingView {
    metrics = List.copyOf(metrics);
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    sites = List.copyOf(sites);
  }

  /// One round or epoch.
  public record Row(long step, List<Value> values) {
    public Row {
      values = List.copyOf(values);
    }
  }

  /// @param exact the number as the chart reads it, empty if there is none
  /// @param text the number as a person reads it
  public record Value(String exact, String text) {
    public static Value of(@Nullable Double number) {
      return number == null || !Double.isFinite(number)
          ? new Value("", "–")
          : new Value(Double.toString(number), Figures.decimal(number));
    }
  }

  /// @param rounds rounds that it took part in
  public record Site(String name, long rounds) {}

  public String metricLabel() {
    return metric.replace('_', ' ');
  }

  public String stepTitle() {
    return Character.toUpperCase(step.charAt(0)) + step.substring(1);
  }
}
