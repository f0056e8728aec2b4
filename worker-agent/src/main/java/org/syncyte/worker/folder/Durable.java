package org.syncyte.worker.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.function.Consumer;

/// Files that are there whole or not at all: written beside their place, forced to disk, moved.
public final class Durable {
  private Durable() {}

  public static void write(Path target, byte[] bytes) {
    write(
        target,
        temporary -> {
          try {
            Files.write(temporary, bytes);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  public static void write(Path target, Consumer<Path> writer) {
    var temporary = target.resolveSibling(target.getFileName() + ".tmp");
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      Files.deleteIfExists(temporary);
      writer.accept(temporary);
      try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target, e);
    }
  }

  /// A folder that is there with all its files or not at all.
  ///
  /// @param target must not exist
  public static void folder(Path target, Consumer<Path> writer) {
    var whole = target.toAbsolutePath();
    var partial = whole.resolveSibling("." + whole.getFileName() + ".partial");
    try {
      remove(partial);
      Files.createDirectories(partial);
      writer.accept(partial);
      Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target + ": " + e.getMessage(), e);
    } finally {
      remove(partial);
    }
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var all = Files.walk(folder)) {
      for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }

  /// A file that only its owner may read.
  public static void writeSecret(Path target, byte[] bytes) {
    write(
        target,
        temporary -> {
          try {
            var owner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            Files.createFile(temporary, owner);
            try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
              var buffer = ByteBuffer.wrap(bytes);
              while (buffer.hasRemaining()) {
                channel.write(buffer);
              }
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  public static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
