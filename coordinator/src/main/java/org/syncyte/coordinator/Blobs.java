package org.syncyte.coordinator;

import java.io.IOException;
import org.syncyte.federation.Blob;

/// Content of one federation, by hash.
interface Blobs {
  /// The bytes, checked against their hash.
  ///
  /// @throws Missing if they are not there or not what their name says; asking again does not help
  /// @throws IOException if asking again may help
  byte[] read(Blob blob) throws IOException;

  /// Stores bytes; storing the same again does nothing.
  Blob write(byte[] content, String mediaType) throws IOException;

  /// Content that cannot be had.
  final class Missing extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    Missing(String message) {
      super(message);
    }
  }
}
