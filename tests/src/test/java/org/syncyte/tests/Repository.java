package org.syncyte.tests;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the sources and the built applications lie.
final class Repository {
  private Repository() {}

  static Path root() {
    var folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("syncyte"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
