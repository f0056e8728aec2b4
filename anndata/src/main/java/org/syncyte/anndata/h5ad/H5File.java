package org.syncyte.anndata.h5ad;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// An HDF5 file open for reading.
///
/// jHDF tells where things are (groups, attributes, types, chunk indexes). The bytes of arrays and
/// the heaps of texts are read here, from one mapping of the file, because every size that a file
/// announces must be held against the bytes it has: an array of `n` bytes is believed only if `n <=
/// 1032 * stored`, deflate's greatest ratio.
final class H5File implements AutoCloseable {
  static final int MAX_RATIO = 1032;
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  // jHDF notes every group it opens; the reference keeps the setting from being collected.
  private static final Logger CHATTER = Logger.getLogger("io.jhdf");

  static {
    if (CHATTER.getLevel() == null) {
      CHATTER.setLevel(Level.SEVERE);
    }
  }

  final Path path;
  final long base;
  final ChunkPool pool;
  final ChunkCache cache;
  private final Arena arena;
  private final MemorySegment bytes;
  private final HdfFile hdf;
  final TextHeap heap;

  private H5File(
      Path path, Arena arena, MemorySegment bytes, HdfFile hdf, ChunkPool pool, ChunkCache cache) {
    this.path = path;
    this.arena = arena;
    this.bytes = bytes;
    this.hdf = hdf;
    this.pool = pool;
    this.cache = cache;
    this.base = hdf.getUserBlockSize();
    this.heap = new TextHeap(this);
  }

  static H5File open(Path path, ChunkPool pool, ChunkCache cache) {
    var arena = Arena.ofShared();
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      checkSignature(path, bytes);
      var hdf =
          bytes.byteSize() < Integer.MAX_VALUE
              ? HdfFile.fromByteBuffer(bytes.asByteBuffer())
              : new HdfFile(path);
      return new H5File(path, arena, bytes, hdf, pool, cache);
    } catch (NoSuchFileException e) {
      arena.close();
      throw new H5adException("no such file: " + path, e);
    } catch (IOException e) {
      arena.close();
      throw new H5adException(
          "%s cannot be read%s: %s"
              .formatted(
                  path, Files.isDirectory(path) ? ", it is a directory" : "", e.getMessage()),
          e);
    } catch (RuntimeException | StackOverflowError e) {
      arena.close();
      throw e instanceof H5adException known
          ? known
          : new H5adException(
              path.getFileName() + " is damaged or cut short: its HDF5 header cannot be read", e);
    }
  }

  private static void checkSignature(Path path, MemorySegment bytes) {
    for (long at = 0; at + 8 <= bytes.byteSize(); at = at == 0 ? 512 : at * 2) {
      var start = bytes.asSlice(at, 8).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
      if (Arrays.equals(start, SIGNATURE)) {
        return;
      }
    }
    throw new H5adException(
        path.getFileName()
            + " is not an .h5ad file: it does not start with the HDF5 signature; save the data with"
            + " anndata's write_h5ad");
  }

  Group root() {
    return hdf;
  }

  long size() {
    return bytes.byteSize();
  }

  /// A view of `length` bytes at an address of the file format.
  MemorySegment slice(long address, long length, String element) {
    long from = address + base;
    if (address < 0 || length < 0 || from < 0 || from > size() - length) {
      throw problem(
          element,
          "needs %d bytes at offset %d but the file has %d; it is damaged or cut short"
              .formatted(length, from, size()));
    }
    return bytes.asSlice(from, length);
  }

  H5adException problem(String element, String what) {
    return problem(element, what, null);
  }

  H5adException problem(String element, String what, @Nullable Throwable cause) {
    return H5adException.at(path, plain(element), what, cause);
  }

  /// jHDF ends the path of a group in a slash.
  static String plain(String element) {
    return element.length() > 1 && element.endsWith("/")
        ? element.substring(0, element.length() - 1)
        : element;
  }

  /// The child, or null.
  static @Nullable Node child(Group group, String name) {
    return group.getChildren().get(name);
  }

  H5Array array(Group group, String name) {
    return switch (child(group, name)) {
      case Dataset dataset -> array(dataset);
      case null ->
          throw problem(
              group.getPath(), "has no array '%s'; the file is incomplete".formatted(name));
      default -> throw problem(group.getPath(), "'%s' is not an array".formatted(name));
    };
  }

  H5Array array(Dataset dataset) {
    return new H5Array(this, dataset);
  }

  /// The attribute as texts, or null if the node lacks it.
  @Nullable List<String> texts(Node node, String name) {
    var attribute = node.getAttributes().get(name);
    if (attribute == null) {
      return null;
    }
    if (attribute.isEmpty()) {
      return List.of();
    }
    var type = H5Type.of(attribute.getDataType(), this, node.getPath() + "@" + name);
    if (!type.text() && attribute.getSize() == 0) {
      return List.of();
    }
    return List.of(
        type.strings(attribute.getBuffer(), count(attribute, type, node.getPath() + "@" + name)));
  }

  @Nullable String text(Node node, String name) {
    var texts = texts(node, name);
    return texts == null || texts.isEmpty() ? null : texts.getFirst();
  }

  /// The attribute as whole numbers, or null if the node lacks it.
  long @Nullable [] longs(Node node, String name) {
    var attribute = node.getAttributes().get(name);
    if (attribute == null || attribute.isEmpty()) {
      return null;
    }
    var type = H5Type.of(attribute.getDataType(), this, node.getPath() + "@" + name);
    return type.longs(attribute.getBuffer(), count(attribute, type, node.getPath() + "@" + name));
  }

  private int count(Attribute attribute, H5Type type, String element) {
    long count = attribute.getSize();
    if (count < 0 || count * type.width() > attribute.getBuffer().remaining()) {
      throw problem(element, "announces %d entries that it does not hold".formatted(count));
    }
    return (int) count;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      hdf.close();
      arena.close();
      cache.forget(this);
    }
  }
}
