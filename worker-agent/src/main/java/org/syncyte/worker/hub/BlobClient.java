package org.syncyte.worker.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Content of a federation, stored on the hub under its SHA-256.
///
/// An upload is cut into parts of 4 MiB. Repeating a part is harmless, and a finished part is never
/// sent again: the hub is asked first (`HEAD`) what it has. The commit makes the hub hash the
/// whole. A download continues a broken one and is moved into place only after its hash is right.
///
/// Source: `spec/federation.md` section 3.6.
public final class BlobClient {
  public static final int PART_SIZE = 4 << 20;

  private final Http http;
  private final String route;

  public BlobClient(URI hub, @Nullable String token, String federation) {
    this(hub, token, federation, 8);
  }

  BlobClient(URI hub, @Nullable String token, String federation, int tries) {
    this.http = new Http(hub, token, tries);
    this.route = "/api/v1/fed/" + Http.escape(federation) + "/blobs/";
  }

  /// Stores a file, sending only what the hub lacks.
  ///
  /// @return its SHA-256
  public byte[] upload(Path file, String mediaType, Progress progress) {
    try {
      var hash = Digests.sha256(file);
      long length = Files.size(file);
      var name = Digests.hex(hash);
      int parts = Math.toIntExact((length + PART_SIZE - 1) / PART_SIZE);
      var missing = missing(name, parts, length);
      if (missing == null) {
        progress.moved(name, length, length);
        return hash;
      }
      try (var channel = FileChannel.open(file)) {
        for (int i = 0; i < parts; i++) {
          long from = (long) i * PART_SIZE;
          var part = new byte[(int) Math.min(PART_SIZE, length - from)];
          if (missing.get(i)) {
            read(channel, part, from);
            put(name, i, part);
          }
          progress.moved(name, from + part.length, length);
        }
      }
      http.call(
          http.to(route + name + "/commit")
              .header("Content-Type", "application/json")
              .POST(
                  Http.json(
                      Http.map(
                          "length", length,
                          "parts", parts,
                          "media_type", mediaType)))
              .build());
      return hash;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /// Fetches content into a file; does nothing if the file is already there and right.
  public void download(byte[] sha256, long length, Path target, Progress progress) {
    var name = Digests.hex(sha256);
    try {
      if (Files.exists(target) && Digests.hex(Digests.sha256(target)).equals(name)) {
        return;
      }
      var parent = target.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      var partial = target.resolveSibling(name + ".incomplete");
      if (length == 0) {
        Files.write(partial, new byte[0]);
      }
      http.fetch(URI.create(http.base() + route + name), partial, length, name, progress);
      if (!Digests.hex(Digests.sha256(partial)).equals(name)) {
        Files.delete(partial);
        throw new HubException(
            0, "the blob %s arrived with another hash; it was discarded".formatted(name));
      }
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target, e);
    }
  }

  /// Parts that the hub lacks, or null if it has the whole.
  private @Nullable BitSet missing(String name, int parts, long length) {
    var all = new BitSet(parts);
    all.set(0, parts);
    var request = http.to(route + name).method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
    var reply = http.send(request);
    var text = Http.text(reply);
    if (reply.statusCode() == 404) {
      for (var number : reply.headers().firstValue("X-Parts-Present").orElse("").split(",")) {
        if (number.strip().matches("\\d{1,9}")) {
          all.clear(Integer.parseInt(number.strip()));
        }
      }
      return all;
    }
    if (!Http.succeeded(reply)) {
      throw Http.refused(request, reply, text);
    }
    long stored = reply.headers().firstValueAsLong("Content-Length").orElse(-1);
    return stored == length ? null : all;
  }

  private void put(String name, int number, byte[] part) {
    http.call(
        http.to(route + name + "/parts/" + number)
            .header("Content-Type", "application/octet-stream")
            .header("X-Part-Sha256", Digests.hex(Digests.sha256(part)))
            .PUT(HttpRequest.BodyPublishers.ofByteArray(part))
            .build());
  }

  private static void read(FileChannel channel, byte[] target, long position) throws IOException {
    var buffer = ByteBuffer.wrap(target);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
  }
}
