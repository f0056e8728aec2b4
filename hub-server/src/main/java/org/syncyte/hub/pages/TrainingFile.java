package org.syncyte.hub.pages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `training.json`: the history of a model, per round and per site, or per epoch.
///
///     {"rounds": [{"round": 1, "train_loss": .., "validation_loss": ..,
///                  "sites": {"site-a": {"cells": 954, "train_loss": .., "validation_loss": ..}}}]}
///     {"epochs": [{"epoch": 1, "train_loss": ..}]}
///     {"history": {"train_loss": [..], "validation_loss": [..]}}
///
/// `sites` may also be a list of objects with a field `site`; numbers may lie in an object
/// `metrics`, and may be decimal strings. Any number that is not a counter is a curve.
record TrainingFile(String step, List<Step> steps, Map<String, Long> cells) {
  static final String NAME = "training.json";

  /// Name of the curve over all sites.
  static final String ALL = "all sites";

  private static final int MAX_STEPS = 20_000;
  private static final int MAX_SITES = 500;
  private static final int MAX_METRICS = 50;
  private static final Set<String> COUNTERS =
      Set.of("round", "epoch", "epochs", "epochs_done", "cells", "n_cells", "site", "attempt", "step", "time", "seconds", "weight");

  TrainingFile {
    steps = List.copyOf(steps);
    cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
  }

  /// One round or epoch: a site's name (or [#ALL]) to its numbers.
  record Step(long number, Map<String, Map<String, Double>> values) {}

  /// @throws IllegalArgumentException if the bytes are not a history
  static TrainingFile read(byte[] bytes) {
    var file = Json.tree(bytes);
    if (file.path("rounds").isArray()) {
      return steps(file.path("rounds"), "round");
    }
    if (file.path("epochs").isArray()) {
      return steps(file.path("epochs"), "epoch");
    }
    if (file.path("history").isObject()) {
      return columns(file.path("history"));
    }
    throw new IllegalArgumentException(NAME + " has none of 'rounds', 'epochs', 'history'");
  }

  /// Names of the sites, in order of appearance.
  List<String> sites() {
    var names = new LinkedHashSet<String>();
    steps.forEach(step -> names.addAll(step.values().keySet()));
    names.remove(ALL);
    return List.copyOf(names);
  }

  /// Names of the numbers, the most telling first.
  List<String> metrics() {
    var names = new LinkedHashSet<String>();
    steps.forEach(step -> step.values().values().forEach(values -> names.addAll(values.keySet())));
    var sorted = new ArrayList<>(names);
    sorted.sort(java.util.Comparator.comparingInt(TrainingFile::rank));
    return sorted.size() > MAX_METRICS ? List.copyOf(sorted.subList(0, MAX_METRICS)) : List.copyOf(sorted);
  }

  private static int rank(String metric) {
    boolean validation = metric.contains("validation");
    boolean main = metric.contains("loss") && !metric.contains("_local") || metric.contains("elbo");
    return (validation ? 0 : 1) + (main ? 0 : 2);
  }

  /// How many steps a site took part in.
  long steps(String site) {
    return steps.stream().filter(step -> step.values().containsKey(site)).count();
  }

  private static TrainingFile steps(JsonNode list, String word) {
    if (list.size() > MAX_STEPS) {
      throw new IllegalArgumentException(NAME + " has more than " + MAX_STEPS + " " + word + "s");
    }
    var steps = new ArrayList<Step>();
    var cells = new LinkedHashMap<String, Long>();
    for (var node : list) {
      var values = new LinkedHashMap<String, Map<String, Double>>();
      add(values, ALL, numbers(node));
      var sites = node.path("sites");
      if (sites.isObject()) {
        sites.properties().forEach(site -> add(values, cells, site.getKey(), site.getValue()));
      } else {
        for (var site : sites) {
          var name = Json.text(site, "site", "name");
          if (name != null) {
            add(values, cells, name, site);
          }
        }
      }
      var number = Json.number(node, word);
      steps.add(new Step(number == null ? steps.size() + 1 : number.longValue(), values));
    }
    return new TrainingFile(word, steps, cells);
  }

  private static TrainingFile columns(JsonNode history) {
    var steps = new ArrayList<Step>();
    for (var column : history.properties()) {
      var size = column.getValue().isArray() ? Math.min(column.getValue().size(), MAX_STEPS) : 0;
      for (var i = 0; i < size; i++) {
        if (i == steps.size()) {
          var values = new LinkedHashMap<String, Map<String, Double>>();
          values.put("model", new LinkedHashMap<>());
          steps.add(new Step(i + 1, values));
        }
        var value = column.getValue().get(i);
        var row = steps.get(i).values().get("model");
        if (row != null && value.isNumber() && row.size() < MAX_METRICS) {
          row.put(column.getKey(), value.doubleValue());
        }
      }
    }
    return new TrainingFile("epoch", steps, Map.of());
  }

  private static void add(
      Map<String, Map<String, Double>> values, Map<String, Long> cells, String site, JsonNode node) {
    if (values.size() > MAX_SITES) {
      throw new IllegalArgumentException(NAME + " has more than " + MAX_SITES + " sites");
    }
    @Nullable Double count = Json.number(node, "cells", "n_cells");
    if (count != null && count >= 0) {
      cells.put(site, count.longValue());
    }
    add(values, site, numbers(node));
  }

  private static void add(
      Map<String, Map<String, Double>> values, String name, Map<String, Double> numbers) {
    if (!numbers.isEmpty()) {
      values.put(name, numbers);
    }
  }

  private static Map<String, Double> numbers(JsonNode node) {
    var numbers = new LinkedHashMap<String, Double>();
    for (var holder : List.of(node, node.path("metrics"))) {
      if (holder.isObject()) {
        for (var field : holder.properties()) {
          var value = COUNTERS.contains(field.getKey()) ? null : Json.number(holder, field.getKey());
          if (value != null && numbers.size() < MAX_METRICS) {
            numbers.put(field.getKey(), value);
          }
        }
      }
    }
    return numbers;
  }
}
