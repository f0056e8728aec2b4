package org.syncyte.models;

import java.util.List;
import org.syncyte.models.nn.Covariate;

/// What a model must know of surface proteins: how many, and which panel measured which.
///
/// @param panels the panels; the batches where each is its own panel
/// @param measured for each panel whether it measured each protein; empty if all measured all
public record ProteinPanels(int proteins, Covariate panels, List<List<Boolean>> measured) {
  public ProteinPanels {
    measured = measured.stream().map(List::copyOf).toList();
    if (proteins < 1) {
      throw new IllegalArgumentException("a model of proteins needs at least one");
    }
  }

  /// Whether some protein is missing in some panel.
  public boolean incomplete() {
    return !measured.isEmpty();
  }

  /// One row for each panel, 1 where it measured a protein and 0 elsewhere.
  long[] mask() {
    var mask = new long[panels.size() * proteins];
    for (int r = 0; r < panels.size(); r++) {
      for (int p = 0; p < proteins; p++) {
        mask[r * proteins + p] = r >= measured.size() || measured.get(r).get(p) ? 1 : 0;
      }
    }
    return mask;
  }
}
