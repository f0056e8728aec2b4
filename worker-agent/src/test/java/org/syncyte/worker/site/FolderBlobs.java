package org.syncyte.worker.site;

import java.nio.file.Files;
import java.nio.file.Path;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Hashes;
import org.syncyte.worker.folder.Durable;

/// Blobs in a folder that all parties of a test see.
record FolderBlobs(Path folder) implements Blobs {
  @Override
  public void put(Blob blob, Path file) {
    var bytes = Durable.read(file);
    if (!Hashes.hex(Hashes.sha256(bytes)).equals(blob.sha256())) {
      throw new IllegalStateException("another content than announced");
    }
    Durable.write(folder.resolve(blob.sha256()), bytes);
  }

  @Override
  public Path get(Blob blob) {
    return folder.resolve(blob.sha256());
  }

  Blob add(byte[] content, String mediaType) {
    var blob = Blob.of(content, mediaType);
    Durable.write(folder.resolve(blob.sha256()), content);
    return blob;
  }

  byte[] read(Blob blob) {
    return Durable.read(folder.resolve(blob.sha256()));
  }

  boolean holds(byte[] hash) {
    return Files.exists(folder.resolve(Hashes.hex(hash)));
  }
}
