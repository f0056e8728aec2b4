package org.syncyte.hub.blob;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;

/// Parts of files that arrive in pieces, in any order, any of them more than once.
///
/// An upload is a folder named by its key; a part is a file named by its number, there only when
/// whole and on disk. Joining streams the parts through the same check that a whole file gets. An
/// upload that nothing was added to for a day is dropped.
@ApplicationScoped
public class PartStore {
  private static final Duration LIFE = Duration.ofHours(24);
  private final Path root;
  private final BlobStore blobs;
  private volatile Instant swept = Instant.EPOCH;

  PartStore(HubSettings settings, BlobStore blobs) throws IOException {
    root = Files.createDirectories(settings.dataDir().toAbsolutePath().resolve("parts"));
    this.blobs = blobs;
  }

  /// Stores one part, if it has the promised hash; returns its SHA-256.
  public String put(
      String upload, int number, InputStream bytes, long maxSize, @Nullable String sha256) {
    sweep();
    try (var target = blobs.receive(maxSize)) {
      target.take(bytes);
      Path folder = Files.createDirectories(root.resolve(upload));
      return target.keepAt(folder.resolve(Integer.toString(number)), sha256);
    } catch (IOException failure) {
      throw BlobStore.refusal(failure);
    }
  }

  /// The numbers of the parts that are there, ascending.
  public List<Integer> present(String upload) {
    try (Stream<Path> parts = Files.list(root.resolve(upload))) {
      return parts.map(part -> Integer.parseInt(part.getFileName().toString())).sorted().toList();
    } catch (NoSuchFileException _) {
      return List.of();
    } catch (IOException failure) {
      throw BlobStore.refusal(failure);
    }
  }

  public List<Integer> missing(String upload, int first, int count) {
    var present = present(upload);
    return IntStream.range(first, first + count)
        .boxed()
        .filter(number -> !present.contains(number))
        .toList();
  }

  /// Puts parts `first` to `first + count - 1` together as one blob. If they are not what was
  /// promised they are dropped, so that a repeated upload starts clean; otherwise whoever asked
  /// drops them once the whole is recorded.
  public BlobStore.Stored join(String upload, int first, int count, String sha256, long size) {
    try (var target = blobs.receive(size)) {
      for (int number = first; number < first + count; number++) {
        Files.copy(root.resolve(upload).resolve(Integer.toString(number)), target);
      }
      return target.keep(sha256, size);
    } catch (HubException wrong) {
      drop(root.resolve(upload));
      throw wrong;
    } catch (IOException failure) {
      throw BlobStore.refusal(failure);
    }
  }

  /// Puts these parts together in this order, whatever they are together; keeps them until dropped,
  /// so that a repeated request finds them.
  public BlobStore.Stored join(String upload, List<Integer> numbers, long maxSize) {
    try (var target = blobs.receive(maxSize)) {
      for (int number : numbers) {
        Files.copy(root.resolve(upload).resolve(Integer.toString(number)), target);
      }
      return target.keep(null, -1);
    } catch (IOException failure) {
      throw BlobStore.refusal(failure);
    }
  }

  /// Forgets an upload's parts.
  public void drop(String upload) {
    drop(root.resolve(upload));
  }

  private synchronized void sweep() {
    var now = Instant.now();
    if (swept.plus(Duration.ofHours(1)).isAfter(now)) {
      return;
    }
    swept = now;
    try (Stream<Path> uploads = Files.list(root)) {
      for (Path upload : uploads.toList()) {
        if (Files.getLastModifiedTime(upload).toInstant().plus(LIFE).isBefore(now)) {
          drop(upload);
        }
      }
    } catch (IOException failure) {
      throw BlobStore.refusal(failure);
    }
  }

  private static void drop(Path upload) {
    try (Stream<Path> files = Files.walk(upload)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException _) {
      return;
    } catch (IOException failure) {
      throw BlobStore.refusal(failure);
    }
  }
}
