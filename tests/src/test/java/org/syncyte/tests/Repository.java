package org.syncyte.tests;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the sources and the built applications lie.
final class Repository {
  private Repository() {}

  static Path root() {
    for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("syncyte"))) {
        return folder;
      }
    }
    throw new IllegalStateException("run the tests inside the repository");
  }
}
