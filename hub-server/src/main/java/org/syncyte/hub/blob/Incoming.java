package org.syncyte.hub.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Content on its way into the store.
public final class Incoming extends OutputStream {
  private static final int BUFFER = 1 << 18;
  private final BlobStore store;
  private final Path part;
  private final long maxSize;
  private final FileChannel file;
  private final MessageDigest digest;
  private long size;
  private boolean kept;

  Incoming(BlobStore store, Path part, long maxSize) throws IOException {
    this.store = store;
    this.part = part;
    this.maxSize = maxSize;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    file = FileChannel.open(part, StandardOpenOption.WRITE);
  }

  /// Everything that is left of a stream, in pieces as large as a network buffer.
  void take(InputStream bytes) throws IOException {
    var buffer = new byte[BUFFER];
    for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
      write(buffer, 0, count);
    }
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    size += length;
    if (size > maxSize) {
      throw new HubException(
          ErrorCode.TOO_BIG, "more than the " + maxSize + " bytes announced or allowed");
    }
    digest.update(bytes, offset, length);
    var buffer = ByteBuffer.wrap(bytes, offset, length);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
  }

  /// Makes the content permanent if it is what was promised; a negative size promises nothing.
  public BlobStore.Stored keep(@Nullable String promisedSha256, long promisedSize)
      throws IOException {
    String sha256 = HexFormat.of().formatHex(digest.digest());
    if (promisedSize >= 0 && size != promisedSize) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "received " + size + " bytes instead of " + promisedSize + "; nothing was stored");
    }
    flush(promisedSha256, sha256);
    store.settle(part, sha256);
    kept = true;
    return new BlobStore.Stored(sha256, size);
  }

  /// Makes the content permanent under another name; returns its SHA-256.
  String keepAt(Path target, @Nullable String promisedSha256) throws IOException {
    String sha256 = HexFormat.of().formatHex(digest.digest());
    flush(promisedSha256, sha256);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    kept = true;
    return sha256;
  }

  private void flush(@Nullable String promised, String sha256) throws IOException {
    if (promised != null && !promised.equals(sha256)) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "the content has SHA-256 " + sha256 + " instead of " + promised + "; nothing was stored");
    }
    file.force(true);
    file.close();
  }

  @Override
  public void close() throws IOException {
    file.close();
    if (!kept) {
      Files.deleteIfExists(part);
    }
  }
}
