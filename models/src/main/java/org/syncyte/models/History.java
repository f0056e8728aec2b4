package org.syncyte.models;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Measures of a training by name, one value per epoch.
///
/// Names are the published ones: `elbo_train`, `reconstruction_loss_train`, `kl_local_train`,
/// `train_loss`, `kl_weight`, and the same with `validation`. An `elbo_...` is minus the evidence
/// lower bound per cell, to be made small, and free of the KL weight. Models that learn labels add
/// `train_accuracy`, `train_f1_score`, `train_classification_loss`, `train_calibration_error`, and
/// the same with `validation`.
public record History(Map<String, List<Double>> series) {
  public static final History EMPTY = new History(Map.of());

  public History {
    var copy = new LinkedHashMap<String, List<Double>>();
    series.forEach((name, values) -> copy.put(name, List.copyOf(values)));
    series = Collections.unmodifiableMap(copy);
  }

  /// The values of that name, empty if there are none.
  public List<Double> of(String name) {
    return series.getOrDefault(name, List.of());
  }

  /// The last value of that name.
  ///
  /// @throws IllegalArgumentException if there is none
  public double last(String name) {
    var values = of(name);
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "history has no '%s'; it has %s".formatted(name, series.keySet()));
    }
    return values.getLast();
  }

  public int epochs() {
    return series.values().stream().mapToInt(List::size).max().orElse(0);
  }

  /// This history with one more epoch.
  public History with(Map<String, Double> epoch) {
    var all = new LinkedHashMap<>(series);
    epoch.forEach((name, value) -> all.merge(name, List.of(value), History::joined));
    return new History(all);
  }

  /// This history and a later one.
  public History then(History later) {
    var all = new LinkedHashMap<>(series);
    later.series.forEach((name, values) -> all.merge(name, values, History::joined));
    return new History(all);
  }

  private static List<Double> joined(List<Double> first, List<Double> second) {
    var joined = new java.util.ArrayList<>(first);
    joined.addAll(second);
    return joined;
  }

  /// Reads the attribute `history_` of a saved model; what is not a column of numbers is left out.
  static History ofAttribute(@Nullable Object attribute) {
    var series = new LinkedHashMap<String, List<Double>>();
    if (attribute instanceof Map<?, ?> tables) {
      tables.forEach((name, table) -> {
        var column = table instanceof Map<?, ?> columns ? columns.get(name) : table;
        if (column instanceof List<?> values
            && values.stream().allMatch(value -> value instanceof Number)) {
          series.put(
              String.valueOf(name),
              values.stream().map(value -> ((Number) value).doubleValue()).toList());
        }
      });
    }
    return new History(series);
  }
}
