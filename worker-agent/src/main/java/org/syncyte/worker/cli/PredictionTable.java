package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.syncyte.anndata.DataFrame;
import org.syncyte.models.tasks.Predictions;

/// Predicted labels as comma-separated values: one row per cell, named by the cell.
final class PredictionTable {
  private PredictionTable() {}

  /// @param soft whether to add one column of probabilities for each label
  static void write(Path target, DataFrame obs, Predictions told, boolean soft) throws IOException {
    var partial = target.resolveSibling(target.getFileName() + ".partial");
    try (var out = Files.newBufferedWriter(partial)) {
      out.write("cell,label,confidence");
      if (soft) {
        for (var name : told.classes()) {
          out.write("," + LatentTable.quoted(name));
        }
      }
      out.newLine();
      for (int cell = 0; cell < told.cells(); cell++) {
        out.write(LatentTable.quoted(obs.index().get(cell)));
        out.write("," + LatentTable.quoted(told.label(cell)));
        out.write("," + (float) told.confidence(cell));
        if (soft) {
          for (int k = 0; k < told.classes().size(); k++) {
            out.write("," + told.probabilities().at(cell, k));
          }
        }
        out.newLine();
      }
    }
    Files.move(
        partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
