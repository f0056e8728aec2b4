package org.syncyte.hub.xet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// A stored xorb, opened to read single chunks. The headers were checked when it was stored.
final class XorbFile implements AutoCloseable {
  private final FileChannel file;
  private final List<Long> starts;

  private XorbFile(FileChannel file, List<Long> starts) {
    this.file = file;
    this.starts = List.copyOf(starts);
  }

  static XorbFile open(Path path) throws IOException {
    var file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      var starts = new ArrayList<Long>();
      for (long at = 0; at < file.size(); ) {
        starts.add(at);
        at += ChunkHeader.BYTES + header(file, at).packedLength();
      }
      return new XorbFile(file, starts);
    } catch (IOException | RuntimeException failure) {
      file.close();
      throw failure;
    }
  }

  int chunks() {
    return starts.size();
  }

  byte[] chunk(int number) throws IOException {
    long at = starts.get(number);
    var header = header(file, at);
    return header.unpack(read(file, at + ChunkHeader.BYTES, header.packedLength()));
  }

  private static ChunkHeader header(FileChannel file, long at) throws IOException {
    return ChunkHeader.of(read(file, at, ChunkHeader.BYTES));
  }

  private static byte[] read(FileChannel file, long at, int length) throws IOException {
    var buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException("a stored xorb is cut off at " + at);
      }
    }
    return buffer.array();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
