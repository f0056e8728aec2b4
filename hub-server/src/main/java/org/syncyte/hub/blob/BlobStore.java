package org.syncyte.hub.blob;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;

/// Bytes on disk under their SHA-256: `blobs/ab/cd/abcd…`.
///
/// The invariant: a file under its final name is whole. Bytes stream into a temporary file in the
/// same file system, are hashed on the way, flushed to disk, compared with what was promised, and
/// only then renamed. Whatever fails before the rename – a dropped connection, a wrong hash, a full
/// disk – leaves nothing. Writing the same content twice is harmless.
@Startup
@ApplicationScoped
public class BlobStore {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private final Path blobs;
  private final Path incoming;

  /// What is stored now: the content's name and length.
  public record Stored(String sha256, long size) {}

  @Inject
  BlobStore(HubSettings settings) throws IOException {
    this(settings.dataDir().toAbsolutePath());
  }

  public BlobStore(Path root) throws IOException {
    blobs = Files.createDirectories(root.resolve("blobs"));
    incoming = Files.createDirectories(root.resolve("incoming"));
    dropLeftovers();
  }

  /// What a killed hub was receiving.
  private void dropLeftovers() throws IOException {
    try (var parts = Files.newDirectoryStream(incoming, "*.part")) {
      for (Path part : parts) {
        Files.deleteIfExists(part);
      }
    }
  }

  public static boolean isSha256(String text) {
    return SHA256.matcher(text).matches();
  }

  /// A file to write to; it vanishes on close unless it was kept.
  public Incoming receive(long maxSize) {
    try {
      return new Incoming(this, Files.createTempFile(incoming, "blob", ".part"), maxSize);
    } catch (IOException failure) {
      throw refusal(failure);
    }
  }

  /// Stores a stream, if it has the promised hash and size.
  public Stored put(InputStream bytes, @Nullable String sha256, long size) {
    try (var target = receive(size)) {
      target.take(bytes);
      return target.keep(sha256, size);
    } catch (IOException failure) {
      throw refusal(failure);
    }
  }

  public boolean has(String sha256) {
    return Files.exists(path(sha256));
  }

  /// Where the content is, or would be.
  public Path path(String sha256) {
    if (!isSha256(sha256)) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "'" + sha256 + "' is not a SHA-256 in lower-case hex");
    }
    return blobs.resolve(sha256.substring(0, 2)).resolve(sha256.substring(2, 4)).resolve(sha256);
  }

  /// Bytes on disk, 0 if the content is not there.
  public long size(String sha256) {
    try {
      return Files.size(path(sha256));
    } catch (NoSuchFileException _) {
      return 0;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Contents that were last written before then, in no order.
  public List<String> olderThan(Instant then) throws IOException {
    var found = new ArrayList<String>();
    try (var files = Files.walk(blobs, 3)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var name = file.getFileName().toString();
        if (isSha256(name)
            && Files.isRegularFile(file)
            && Files.getLastModifiedTime(file).toInstant().isBefore(then)) {
          found.add(name);
        }
      }
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
    return found;
  }

  public void remove(String sha256) {
    remove(sha256, Instant.MAX);
  }

  /// Removes content that was last written before then; what was sent anew since stays.
  public void remove(String sha256, Instant then) {
    try {
      Path file = path(sha256);
      if (Files.getLastModifiedTime(file).toInstant().isBefore(then)) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException _) {
      // Gone already: an earlier collection got that far.
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  void settle(Path part, String sha256) throws IOException {
    Path target = path(sha256);
    Path directory = target.getParent();
    if (directory == null) {
      throw new IllegalStateException("no directory for " + sha256);
    }
    Files.createDirectories(directory);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    try (var handle = FileChannel.open(directory, StandardOpenOption.READ)) {
      handle.force(true);
    }
  }

  /// What to tell the sender when content could not be written.
  public static HubException refusal(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("No space left") || message.contains("quota")
        ? new HubException(
            ErrorCode.STORAGE_FULL, "The hub's disk is full; nothing was stored", failure)
        : new HubException(
            ErrorCode.BAD_REQUEST, "The upload broke off; nothing was stored", failure);
  }
}
