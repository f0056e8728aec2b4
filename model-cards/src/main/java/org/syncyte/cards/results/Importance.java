package org.syncyte.cards.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which features a model goes by: the file `attributions.json`.
///
///     {"schema": 1, "model": "<sha256 of model.pt>", "explained": "labels",
///      "column": "", "cells": 5000,
///      "groups": [{"group": "B cell", "target": "B cell", "cells": 812,
///                  "features": [{"name": "MS4A1", "mean": 0.81, "deviation": 0.3}, ..]}, ..]}
///
/// Means over the cells of a group, signed, in units of the score that was explained: of a label its
/// logit, of a latent dimension the posterior mean. Baseline: a cell without counts. Features come
/// by falling size of their mean; those that are left out moved the score less.
///
/// @param model SHA-256 of the `model.pt` that was explained
/// @param explained `labels` or `latent`
/// @param column obs column that the groups come from; empty if from the model itself
/// @param cells cells looked at
public record Importance(
    int schema, String model, String explained, String column, int cells, List<Group> groups) {
  public static final String FILE = "attributions.json";

  /// Features that are published of a group.
  public static final int FEATURES = 30;

  private static final int MAX_FEATURES = 100;
  private static final int MAX_GROUPS = 300;

  public Importance {
    groups = List.copyOf(groups);
    ResultJson.schema(schema);
    ResultJson.model(model);
    ResultJson.require(
        explained.equals("labels") || explained.equals("latent"),
        "'explained' must be labels or latent");
    if (!column.isEmpty()) {
      ResultJson.name("column", column);
    }
    ResultJson.count("cells", cells, 1, Integer.MAX_VALUE);
    ResultJson.count("groups", groups.size(), 1, MAX_GROUPS);
    ResultJson.distinct("group", groups.stream().map(Group::title).toList());
    for (var group : groups) {
      ResultJson.count("cells of " + group.title(), group.cells(), 1, cells);
    }
  }

  public Importance(String model, String explained, String column, int cells, List<Group> groups) {
    this(ResultJson.SCHEMA, model, explained, column, cells, groups);
  }

  /// @param group which cells; `all` for every one
  /// @param target the score that was explained; `own` if each cell has its own
  public record Group(String group, String target, int cells, List<Feature> features) {
    public Group {
      features = List.copyOf(features);
      ResultJson.name("group", group);
      ResultJson.name("target", target);
      ResultJson.count("features", features.size(), 1, MAX_FEATURES);
      ResultJson.distinct("feature", features.stream().map(Feature::name).toList());
    }

    /// The group and what was explained of it, in one name.
    public String title() {
      return group.equals("all")
          ? target
          : target.equals(group) || target.equals("own") ? group : group + " → " + target;
    }
  }

  /// @param mean mean attribution, signed
  /// @param deviation its standard deviation between cells
  public record Feature(String name, double mean, double deviation) {
    public Feature {
      ResultJson.require(
          Double.isFinite(mean) && Double.isFinite(deviation) && deviation >= 0,
          "mean and deviation must be numbers");
    }
  }

  /// @throws IllegalArgumentException if the bytes are not such a file
  public static Importance read(byte[] bytes) {
    return ResultJson.read(FILE, bytes, Importance.class);
  }

  public byte[] json() {
    return ResultJson.write(this);
  }

  /// Cells of each group.
  public Map<String, Integer> sizes() {
    var sizes = new LinkedHashMap<String, Integer>();
    groups.forEach(group -> sizes.put(group.title(), group.cells()));
    return sizes;
  }

  /// The groups of at least that many cells.
  public List<Group> from(int least) {
    var large = new ArrayList<>(groups);
    large.removeIf(group -> group.cells() < least);
    return large;
  }
}
