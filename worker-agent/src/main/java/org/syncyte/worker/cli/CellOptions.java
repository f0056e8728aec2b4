package org.syncyte.worker.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.collection.AnnCollection;
import org.syncyte.anndata.h5ad.H5mu;
import org.syncyte.models.Fit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which cells: one file, or several that are read as one collection.
final class CellOptions {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "h5ad or h5mu files; several are joined over their common genes.")
  private List<Path> files;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "Layer with raw counts (default: X).")
  private @Nullable String layer;

  @Mixin private ModalityOptions modalities = new ModalityOptions();

  @Nullable String layer() {
    return layer;
  }

  List<Path> files() {
    return files;
  }

  /// Whether a file is one of several modalities.
  boolean multimodal() {
    return files.stream().anyMatch(H5mu::is);
  }

  /// The cells, their counts still in the files.
  ///
  /// @param proteins the name in obsm that proteins of an h5mu file get, or null to leave them out
  AnnData open(@Nullable String proteins) {
    return open(files, modalities.names(), proteins);
  }

  static AnnData open(List<Path> files) {
    return open(files, H5mu.Modalities.DEFAULT, null);
  }

  /// The cells as `fit` reads them.
  static AnnData open(List<Path> files, Fit fit) {
    return open(files, H5mu.Modalities.DEFAULT, ModalityOptions.proteins(fit));
  }

  static AnnData open(List<Path> files, H5mu.Modalities modalities, @Nullable String proteins) {
    var parts = new ArrayList<AnnData>();
    for (var file : files) {
      parts.add(ModalityOptions.open(file, modalities, proteins));
    }
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return AnnCollection.of(parts.toArray(AnnData[]::new)).view();
  }
}
