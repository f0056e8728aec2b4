package org.syncyte.hub.xet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.blob.Incoming;

/// Builds plain files from ranges of xorbs. Keeps the last few xorbs open, since a file often takes
/// several ranges of the same one.
final class Rebuild implements AutoCloseable {
  private static final int OPEN = 8;
  private final Xorbs xorbs;
  private final Progress progress;
  private final LinkedHashMap<XetHash, XorbFile> open = new LinkedHashMap<>(OPEN, 0.75f, true);

  Rebuild(Xorbs xorbs, Progress progress) {
    this.xorbs = xorbs;
    this.progress = progress;
  }

  /// Stores the file, if it has the length and the SHA-256 that the shard says.
  BlobStore.Stored file(Shard.FileEntry file, String sha256, BlobStore blobs) {
    try (var target = blobs.receive(file.length())) {
      for (var segment : file.segments()) {
        segment(file, segment, target);
      }
      return target.keep(sha256, file.length());
    } catch (IOException failure) {
      throw BlobStore.refusal(failure);
    }
  }

  private void segment(Shard.FileEntry file, Shard.Segment segment, Incoming target)
      throws IOException {
    var xorb = xorb(segment.xorb());
    if (segment.to() > xorb.chunks()) {
      throw new XetFormatException(
          "shard: file "
              + file.hash()
              + " takes chunk "
              + segment.to()
              + " of a xorb of "
              + xorb.chunks());
    }
    long length = 0;
    for (int number = segment.from(); number < segment.to(); number++) {
      progress.check();
      byte[] content = chunk(xorb, number);
      length += content.length;
      target.write(content);
    }
    if (length != segment.length()) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "shard: file "
              + file.hash()
              + " declares "
              + segment.length()
              + " bytes for chunks that have "
              + length);
    }
  }

  private static byte[] chunk(XorbFile xorb, int number) {
    try {
      return xorb.chunk(number);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private XorbFile xorb(XetHash name) throws IOException {
    @Nullable XorbFile known = open.get(name);
    if (known != null) {
      return known;
    }
    if (open.size() == OPEN) {
      var eldest = open.pollFirstEntry();
      eldest.getValue().close();
    }
    var opened = xorbs.open(name).orElseThrow(() -> Xorbs.missing(name));
    open.put(name, opened);
    return opened;
  }

  @Override
  public void close() throws IOException {
    for (var xorb : open.values()) {
      xorb.close();
    }
  }
}
