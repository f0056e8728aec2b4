package org.syncyte.worker.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.collection.AnnCollection;
import org.syncyte.anndata.h5ad.H5ad;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which cells: one file, or several that are read as one collection.
final class CellOptions {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "h5ad files; several are joined over their common genes.")
  private List<Path> files;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "Layer with raw counts (default: X).")
  private @Nullable String layer;

  @Nullable String layer() {
    return layer;
  }

  List<Path> files() {
    return files;
  }

  /// The cells, their counts still in the files.
  AnnData open() {
    return open(files);
  }

  static AnnData open(List<Path> files) {
    var parts = new ArrayList<AnnData>();
    for (var file : files) {
      var cells = SavedFit.cells(file);
      if (!Files.isRegularFile(cells)) {
        throw new IllegalArgumentException(cells + ": no such file");
      }
      parts.add(H5ad.open(cells));
    }
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return AnnCollection.of(parts.toArray(AnnData[]::new)).view();
  }
}
