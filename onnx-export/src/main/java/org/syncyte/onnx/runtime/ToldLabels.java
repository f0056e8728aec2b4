package org.syncyte.onnx.runtime;

import java.util.List;
import java.util.Map;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Dense;

/// What a model's graph of labels says of cells: the most probable label, and its probability.
final class ToldLabels {
  private final List<String> names;
  private final int[] codes;
  private final double[] confidence;

  /// @param facts what the graph notes of its model
  ToldLabels(Map<String, String> facts, int cells) {
    names = CellCodes.names(facts, FactKeys.LABELS);
    codes = new int[cells];
    confidence = new double[cells];
  }

  /// Takes the probabilities of some cells, (cells, labels). Safe for cells of different threads.
  void put(int first, Dense probabilities) {
    if (probabilities.columns() != names.size()) {
      throw new OnnxException(
          "the graph tells %d labels, but names %d; export the model again"
              .formatted(probabilities.columns(), names.size()));
    }
    for (int cell = 0; cell < probabilities.rows(); cell++) {
      int best = 0;
      for (int label = 1; label < names.size(); label++) {
        if (probabilities.at(cell, label) > probabilities.at(cell, best)) {
          best = label;
        }
      }
      codes[first + cell] = best;
      confidence[first + cell] = probabilities.at(cell, best);
    }
  }

  Column label() {
    return new Column.Categorical(codes, names, false);
  }

  Column confidence() {
    return new Column.Floats(confidence, false);
  }
}
