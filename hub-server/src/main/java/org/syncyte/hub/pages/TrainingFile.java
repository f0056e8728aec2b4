package org.syncyte.hub.pages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `training.json`: the history of a model, per round and per site, or per epoch.
///
///     {"federation": "demo", "run": "pbmc-1",
///      "rounds": [{"round": 1, "norm": .., "mean": {"elbo_validation": .., ..},
///                  "sites": {"site-a": {"elbo_validation": .., ..}}}]}
///     {"epochs": [{"epoch": 1, "elbo_train": ..}]}
///     {"history": {"elbo_train": [..], "elbo_validation": [..]}}
///
/// Any number that is not a counter is a curve; numbers may be null. A site that keeps its numbers
/// at home still took part. `elbo_train` and `elbo_validation`, or `train_loss` and `validation_loss`, of one site
/// are two curves of one number.
record TrainingFile(@Nullable String run, String step, List<Step> steps) {
  static final String NAME = "training.json";

  /// Name of the curve over all sites.
  static final String ALL = "all sites";

  private static final String MODEL = "model";

  /// What a history of one site puts before or behind a number's name to tell its curves apart.
  private static final Map<String, String> CURVES =
      Map.of("train", "training cells", "validation", "validation cells");

  private static final int MAX_STEPS = 20_000;
  private static final int MAX_SITES = 500;
  private static final int MAX_METRICS = 50;
  private static final Set<String> COUNTERS =
      Set.of(
          "round",
          "epoch",
          "attempt",
          "cells",
          "training_cells",
          "seconds",
          "cells_per_second",
          "bytes",
          "bytes_up",
          "bytes_down");

  TrainingFile {
    steps = List.copyOf(steps);
  }

  /// One round or epoch: a site's name (or [#ALL]) to its numbers.
  record Step(long number, Map<String, Map<String, Double>> values) {}

  /// @throws IllegalArgumentException if the bytes are not a history
  static TrainingFile read(byte[] bytes) {
    var file = Json.tree(bytes);
    if (file.path("rounds").isArray()) {
      return new TrainingFile(run(file), "round", steps(file.path("rounds"), "round"));
    }
    if (file.path("epochs").isArray()) {
      return new TrainingFile(null, "epoch", steps(file.path("epochs"), "epoch"));
    }
    if (file.path("history").isObject()) {
      return new TrainingFile(null, "epoch", columns(file.path("history")));
    }
    throw new IllegalArgumentException(NAME + " has none of 'rounds', 'epochs', 'history'");
  }

  /// Names of the sites, in order of appearance.
  List<String> sites() {
    var names = new LinkedHashSet<String>();
    steps.forEach(step -> names.addAll(step.values().keySet()));
    names.remove(ALL);
    names.remove(MODEL);
    names.removeAll(CURVES.values());
    return List.copyOf(names);
  }

  /// Names of the numbers, the most telling first.
  List<String> metrics() {
    var names = new LinkedHashSet<String>();
    steps.forEach(step -> step.values().values().forEach(values -> names.addAll(values.keySet())));
    var sorted = new ArrayList<>(names);
    sorted.sort(java.util.Comparator.comparingInt(TrainingFile::rank));
    return sorted.size() > MAX_METRICS
        ? List.copyOf(sorted.subList(0, MAX_METRICS))
        : List.copyOf(sorted);
  }

  private static int rank(String metric) {
    boolean validation = metric.contains("validation");
    boolean main = metric.contains("elbo") || metric.contains("loss");
    return (metric.startsWith("elbo") ? 0 : 1) + (validation ? 0 : 2) + (main ? 0 : 4);
  }

  /// How many steps a site took part in.
  long steps(String site) {
    return steps.stream().filter(step -> step.values().containsKey(site)).count();
  }

  private static @Nullable String run(JsonNode file) {
    var run = Json.text(file, "run");
    var federation = Json.text(file, "federation");
    return run == null
        ? null
        : "Run " + run + (federation == null ? "" : " of the federation " + federation);
  }

  private static List<Step> steps(JsonNode list, String word) {
    if (list.size() > MAX_STEPS) {
      throw new IllegalArgumentException(NAME + " has more than " + MAX_STEPS + " " + word + "s");
    }
    var steps = new ArrayList<Step>();
    for (var node : list) {
      var values = new LinkedHashMap<String, Map<String, Double>>();
      var all = numbers(node.path("mean"));
      all.putAll(numbers(node));
      if (!all.isEmpty()) {
        values.put(word.equals("round") ? ALL : MODEL, all);
      }
      for (var site : node.path("sites").properties()) {
        if (values.size() > MAX_SITES) {
          throw new IllegalArgumentException(NAME + " has more than " + MAX_SITES + " sites");
        }
        values.put(site.getKey(), numbers(site.getValue()));
      }
      var number = Json.number(node, word);
      steps.add(new Step(number == null ? steps.size() + 1 : number.longValue(), values));
    }
    return steps;
  }

  private static List<Step> columns(JsonNode history) {
    var steps = new ArrayList<Step>();
    for (var column : history.properties()) {
      var size = column.getValue().isArray() ? Math.min(column.getValue().size(), MAX_STEPS) : 0;
      for (var i = 0; i < size; i++) {
        if (i == steps.size()) {
          steps.add(new Step(i + 1, new LinkedHashMap<>()));
        }
        var value = column.getValue().get(i);
        if (value.isNumber()) {
          put(steps.get(i).values(), column.getKey(), value.doubleValue());
        }
      }
    }
    return steps;
  }

  private static void put(Map<String, Map<String, Double>> curves, String name, double value) {
    var curve = MODEL;
    var metric = name;
    for (var part : CURVES.keySet()) {
      var bare = name.replaceFirst("^%1$s_(?=.)|(?<=.)_%1$s$".formatted(part), "");
      if (!bare.equals(name)) {
        curve = CURVES.getOrDefault(part, MODEL);
        metric = bare;
      }
    }
    var numbers = curves.computeIfAbsent(curve, _ -> new LinkedHashMap<>());
    if (numbers.size() < MAX_METRICS) {
      numbers.put(metric, value);
    }
  }

  private static Map<String, Double> numbers(JsonNode node) {
    var numbers = new LinkedHashMap<String, Double>();
    if (node.isObject()) {
      for (var field : node.properties()) {
        var value = COUNTERS.contains(field.getKey()) ? null : Json.number(node, field.getKey());
        if (value != null && numbers.size() < MAX_METRICS) {
          numbers.put(field.getKey(), value);
        }
      }
    }
    return numbers;
  }
}
