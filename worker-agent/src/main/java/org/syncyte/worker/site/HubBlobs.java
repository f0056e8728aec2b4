package org.syncyte.worker.site;

import java.nio.file.Path;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Hashes;
import org.syncyte.worker.hub.BlobClient;

/// Blobs on the hub, with those already fetched kept in a folder.
public final class HubBlobs implements Blobs {
  private final BlobClient client;
  private final Path folder;
  private final SiteListener listener;

  public HubBlobs(BlobClient client, Path folder, SiteListener listener) {
    this.client = client;
    this.folder = folder;
    this.listener = listener;
  }

  @Override
  public void put(Blob blob, Path file) {
    var stored = Hashes.hex(client.upload(file, blob.mediaType(), listener::transfer));
    if (!stored.equals(blob.sha256())) {
      throw new IllegalStateException(file + " changed while it was sent");
    }
  }

  @Override
  public Path get(Blob blob) {
    var target = folder.resolve(blob.sha256());
    client.download(Hashes.bytes(blob.sha256()), blob.length(), target, listener::transfer);
    return target;
  }
}
