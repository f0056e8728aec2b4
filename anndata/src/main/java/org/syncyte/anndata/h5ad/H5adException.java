package org.syncyte.anndata.h5ad;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file that is not a readable `.h5ad`: the message names the file, the element and the rule it
/// breaks.
public final class H5adException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public H5adException(String message) {
    super(message);
  }

  public H5adException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static H5adException at(Path file, String element, String problem, @Nullable Throwable cause) {
    return new H5adException("%s: %s: %s".formatted(file.getFileName(), element, problem), cause);
  }
}
