package org.syncyte.worker.site;

import java.nio.file.Path;
import org.syncyte.federation.Blob;

/// Large content that travels beside the messages, by hash.
public interface Blobs {
  /// Stores a file for the federation; repeating it is harmless.
  void put(Blob blob, Path file);

  /// The content as a local file, its hash checked.
  Path get(Blob blob);
}
