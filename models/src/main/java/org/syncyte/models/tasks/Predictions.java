package org.syncyte.models.tasks;

import java.util.List;
import org.syncyte.anndata.Dense;

/// The probability of each class for each cell, and the class that follows.
///
/// @param classes names of the classes, in the order of the columns
/// @param probabilities (cells, classes); a row sums to one
public record Predictions(List<String> classes, Dense probabilities) {
  public Predictions {
    classes = List.copyOf(classes);
  }

  public int cells() {
    return probabilities.rows();
  }

  /// The most probable class of a cell, the first of equals.
  public int code(int cell) {
    int best = 0;
    for (int k = 1; k < classes.size(); k++) {
      if (probabilities.at(cell, k) > probabilities.at(cell, best)) {
        best = k;
      }
    }
    return best;
  }

  public String label(int cell) {
    return classes.get(code(cell));
  }

  /// Probability of the label given.
  public double confidence(int cell) {
    return probabilities.at(cell, code(cell));
  }
}
