package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.Fit;

/// A saved model, given as its folder or as the file itself.
final class SavedFit {
  private SavedFit() {}

  /// The file with the weights.
  static Path weights(Path model) {
    return Files.isDirectory(model) ? model.resolve("model.pt") : model;
  }

  /// A file of cells; of a model folder the one inside.
  static Path cells(Path file) {
    return Files.isDirectory(file) ? file.resolve("adata.h5ad") : file;
  }

  static Fit open(Path model) throws IOException {
    return Fit.of(TorchArchive.read(weights(model)));
  }
}
