package org.syncyte.anndata.h5ad;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/// Sample files of the tests.
final class Samples {
  private Samples() {}

  static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(Samples.class.getResource("/h5ad/" + name + ".h5ad")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
