package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;

/// A latent representation as comma-separated values: one row per cell, named by the cell.
final class LatentTable {
  private LatentTable() {}

  static void write(Path target, DataFrame obs, Dense latent) throws IOException {
    var partial = target.resolveSibling(target.getFileName() + ".partial");
    try (var out = Files.newBufferedWriter(partial)) {
      out.write("cell");
      for (int d = 0; d < latent.columns(); d++) {
        out.write(",latent_" + d);
      }
      out.newLine();
      for (int cell = 0; cell < latent.rows(); cell++) {
        out.write(quoted(obs.index().get(cell)));
        for (int d = 0; d < latent.columns(); d++) {
          out.write("," + latent.at(cell, d));
        }
        out.newLine();
      }
    }
    Files.move(
        partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static String quoted(String name) {
    return name.matches("[^\",\r\n]*") ? name : "\"" + name.replace("\"", "\"\"") + "\"";
  }
}
