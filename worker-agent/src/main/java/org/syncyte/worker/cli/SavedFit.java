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

  static Fit open(Path model) throws IOException {
    return Fit.of(TorchArchive.read(weights(model)));
  }
}
