package org.syncyte.cards.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Bytes that can be read at any position: a file, or an array.
sealed interface Source extends AutoCloseable {
  long size();

  /// The bytes `[offset, offset + length)`, little-endian.
  ///
  /// @throws CheckpointException if the source ends before
  ByteBuffer read(long offset, long length) throws IOException;

  @Override
  void close() throws IOException;

  static Source of(byte[] bytes) {
    return new Memory(bytes);
  }

  static Source of(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ);
    return new File(channel, channel.size());
  }

  private static void check(long offset, long length, long size) {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new CheckpointException(
          "the file ends at byte %d, but bytes %d to %d are declared; it is truncated or damaged"
              .formatted(size, offset, offset + length));
    }
    if (length > Integer.MAX_VALUE - 16) {
      throw new CheckpointException(
          "a part of %d bytes is too long; the limit is 2 GiB".formatted(length));
    }
  }

  record Memory(byte[] bytes) implements Source {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public ByteBuffer read(long offset, long length) {
      check(offset, length, bytes.length);
      return ByteBuffer.wrap(bytes, (int) offset, (int) length)
          .slice()
          .asReadOnlyBuffer()
          .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {}
  }

  record File(FileChannel channel, long size) implements Source {
    @Override
    public ByteBuffer read(long offset, long length) throws IOException {
      check(offset, length, size);
      var buffer = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new CheckpointException("the file became shorter while it was read; try again");
        }
      }
      return buffer.flip();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
