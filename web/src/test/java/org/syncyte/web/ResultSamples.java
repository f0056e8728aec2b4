package org.syncyte.web;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.syncyte.cards.results.Evaluation;
import org.syncyte.cards.results.Importance;

/// Results as a command line would publish them.
final class ResultSamples {
  private static final String MODEL = "ab".repeat(32);
  private static final List<String> LABELS =
      List.of(
          "B cell",
          "CD14+ monocyte",
          "CD16+ monocyte",
          "CD4+ T cell",
          "CD8+ T cell",
          "dendritic cell",
          "megakaryocyte",
          "NK cell");
  private static final List<String> GENES =
      List.of(
          "MS4A1", "CD79A", "CD79B", "TCL1A", "IGKC", "HLA-DRA", "CD74", "BANK1", "LYZ", "S100A8",
          "CD3E", "IL7R", "NKG7", "GNLY", "CST3", "FCER1A", "PPBP", "PF4", "CD8A", "FCGR3A");

  private ResultSamples() {}

  static Evaluation evaluation() {
    int[] sizes = {340, 480, 60, 620, 310, 24, 6, 190};
    var known = new ArrayList<Evaluation.Known>();
    int cells = 0;
    for (int label = 0; label < sizes.length; label++) {
      int size = sizes[label];
      if (size >= 10) {
        var told = new Integer[LABELS.size()];
        int wrong = 0;
        for (int k = 0; k < told.length; k++) {
          told[k] =
              k == label ? 0 : size * ((label * 7 + k * 3) % 5) / (40 + 30 * Math.abs(k - label));
          wrong += told[k];
        }
        told[label] = size - wrong;
        known.add(new Evaluation.Known(LABELS.get(label), List.of(told)));
        cells += size;
      }
    }
    return new Evaluation(
        MODEL,
        cells,
        LABELS,
        known,
        List.of("megakaryocyte"),
        List.of(calibration(1, cells, 0.11), calibration(1.42, cells, 0.02)));
  }

  private static Evaluation.Calibration calibration(double temperature, int cells, double over) {
    var bins = new ArrayList<Evaluation.Bin>();
    int[] parts = {20, 40, 70, 110, 170, 300};
    int rest = cells;
    for (int b = 0; b < 7; b++) {
      int in = b < parts.length ? parts[b] : rest;
      rest -= in;
      double low = 0.3 + b / 10.0;
      double sure = low + 0.05;
      bins.add(
          new Evaluation.Bin(low, low + 0.1, in, sure, Math.max(0, sure - over * (7 - b) / 5)));
    }
    return new Evaluation.Calibration(temperature, over / 2, 0.93, bins);
  }

  static Importance importance() {
    return new Importance(
        MODEL,
        "labels",
        "",
        2030,
        LABELS.stream()
            .map(label -> {
              int turn = LABELS.indexOf(label) * 3;
              return new Importance.Group(
                  label,
                  label,
                  24 + 80 * turn,
                  IntStream.range(0, GENES.size())
                      .mapToObj(g ->
                          new Importance.Feature(
                              GENES.get((g + turn) % GENES.size()),
                              (g % 4 == 3 ? -0.6 : 1) * 1.8 * Math.exp(-g / 6.0),
                              0.4 * Math.exp(-g / 9.0)))
                      .toList());
            })
            .toList());
  }

  static EvaluationView view(String group) {
    return new EvaluationView(
        Samples.head(ModelTab.EVALUATION),
        Judged.of(evaluation()),
        Ranked.of(importance(), group, title -> "evaluation.html"),
        List.of());
  }

  static EvaluationView broken() {
    return new EvaluationView(
        Samples.head(ModelTab.EVALUATION),
        null,
        null,
        List.of("Not shown: evaluation.json is not as it should be, near line 1, column 7."));
  }
}
