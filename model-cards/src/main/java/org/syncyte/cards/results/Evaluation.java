package org.syncyte.cards.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How often a model tells labels right, and whether it is as sure as it is right: the file
/// `evaluation.json`.
///
///     {"schema": 1, "model": "<sha256 of model.pt>", "cells": 1430, "labels": ["B cell", "T cell"],
///      "known": [{"label": "B cell", "told": [410, 3]}, ..], "withheld": ["pDC"],
///      "calibrations": [{"temperature": 1.0, "error": 0.03, "confidence": 0.97,
///                        "bins": [{"low": 0.8, "high": 1.0, "cells": 1430, "confidence": 0.97,
///                                  "accuracy": 0.95}]}]}
///
/// Labels with fewer cells than may be published are withheld: their cells count nowhere, so that no
/// difference of numbers tells of them. Bins with few cells are joined with their neighbours.
///
/// @param model SHA-256 of the `model.pt` that was judged
/// @param cells cells judged
/// @param labels every label that the model tells
/// @param known cells by the label they are known by, then by the label told, in the order of
///   `labels`
/// @param withheld labels whose cells were left out
/// @param calibrations confidence as told (temperature 1) first, then at other temperatures
public record Evaluation(
    int schema,
    String model,
    int cells,
    List<String> labels,
    List<Known> known,
    List<String> withheld,
    List<Calibration> calibrations) {
  public static final String FILE = "evaluation.json";
  private static final int MAX_LABELS = 200;

  public Evaluation {
    labels = List.copyOf(labels);
    known = List.copyOf(known);
    withheld = List.copyOf(withheld);
    calibrations = List.copyOf(calibrations);
    ResultJson.schema(schema);
    ResultJson.model(model);
    ResultJson.count("labels", labels.size(), 1, MAX_LABELS);
    ResultJson.count("known labels", known.size(), 1, labels.size());
    ResultJson.distinct("label", labels);
    ResultJson.distinct("known label", known.stream().map(Known::label).toList());
    ResultJson.distinct("withheld label", withheld);
    long sum = 0;
    for (var row : known) {
      ResultJson.require(
          labels.contains(row.label()) && row.told().size() == labels.size(),
          "a known label is one of 'labels' and has a count for each of them");
      sum += row.cells();
    }
    ResultJson.require(
        sum == cells && cells > 0,
        "the counts add up to %d, not to %d cells".formatted(sum, cells));
    ResultJson.count("calibrations", calibrations.size(), 1, 4);
    for (var calibration : calibrations) {
      ResultJson.require(
          calibration.bins().stream().mapToLong(Bin::cells).sum() == cells,
          "the cells of the bins do not add up to " + cells);
    }
  }

  public Evaluation(
      String model,
      int cells,
      List<String> labels,
      List<Known> known,
      List<String> withheld,
      List<Calibration> calibrations) {
    this(ResultJson.SCHEMA, model, cells, labels, known, withheld, calibrations);
  }

  /// Cells of one known label, by the label told.
  public record Known(String label, List<Integer> told) {
    public Known {
      told = List.copyOf(told);
      for (int count : told) {
        ResultJson.count("cells", count, 0, Integer.MAX_VALUE);
      }
    }

    public long cells() {
      return told.stream().mapToLong(Integer::longValue).sum();
    }
  }

  /// @param error expected calibration error: mean difference of confidence and share of right ones
  /// @param confidence mean confidence
  public record Calibration(double temperature, double error, double confidence, List<Bin> bins) {
    public Calibration {
      bins = List.copyOf(bins);
      ResultJson.require(
          temperature > 0 && Double.isFinite(temperature),
          "temperature = %s must be positive".formatted(temperature));
      ResultJson.share("error", error);
      ResultJson.share("confidence", confidence);
      ResultJson.count("bins", bins.size(), 1, 50);
      double before = 0;
      for (var bin : bins) {
        ResultJson.require(bin.low() >= before - 1e-6, "bins must rise and not overlap");
        before = bin.high();
      }
    }
  }

  /// Cells of similar confidence.
  ///
  /// @param accuracy share of them told right
  public record Bin(double low, double high, int cells, double confidence, double accuracy) {
    public Bin {
      ResultJson.share("low", low);
      ResultJson.share("high", high);
      ResultJson.require(low < high, "a bin ends above its begin");
      ResultJson.share("confidence", confidence);
      ResultJson.share("accuracy", accuracy);
      ResultJson.count("cells of a bin", cells, 0, Integer.MAX_VALUE);
    }
  }

  /// @throws IllegalArgumentException if the bytes are not such a file
  public static Evaluation read(byte[] bytes) {
    return ResultJson.read(FILE, bytes, Evaluation.class);
  }

  public byte[] json() {
    return ResultJson.write(this);
  }

  /// Share of cells told right.
  public double accuracy() {
    long right = 0;
    for (var row : known) {
      right += row.told().get(labels.indexOf(row.label()));
    }
    return right / (double) cells;
  }

  /// Cells of each known label and of each bin that is not empty.
  public Map<String, Integer> sizes() {
    var sizes = new LinkedHashMap<String, Integer>();
    known.forEach(row -> sizes.put(row.label(), (int) row.cells()));
    for (var calibration : calibrations) {
      for (var bin : calibration.bins()) {
        if (bin.cells() > 0) {
          sizes.put(
              String.format(
                  Locale.ROOT,
                  "confidence from %.2f at temperature %.2f",
                  bin.low(),
                  calibration.temperature()),
              bin.cells());
        }
      }
    }
    return sizes;
  }

  /// Bins joined with the next until each has that many cells; the rest goes to the last. Of a
  /// joined bin confidence and accuracy are means over its cells.
  public static List<Bin> joined(List<Bin> bins, int least) {
    var joined = new ArrayList<Bin>();
    Bin open = null;
    for (var bin : bins) {
      open = open == null ? bin : join(open, bin);
      if (open.cells() >= least) {
        joined.add(open);
        open = null;
      }
    }
    if (open != null && open.cells() > 0) {
      joined.add(joined.isEmpty() ? open : join(joined.removeLast(), open));
    }
    return joined;
  }

  private static Bin join(Bin a, Bin b) {
    double cells = Math.max(1, a.cells() + b.cells());
    double share = a.cells() / cells;
    return new Bin(
        a.low(),
        b.high(),
        a.cells() + b.cells(),
        Math.min(1, a.confidence() * share + b.confidence() * b.cells() / cells),
        Math.min(1, a.accuracy() * share + b.accuracy() * b.cells() / cells));
  }
}
