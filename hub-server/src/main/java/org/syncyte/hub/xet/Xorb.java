package org.syncyte.hub.xet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A sequence of packed chunks, sent as one upload and named by what it unpacks to.
///
/// Two xorbs with the same name may be packed differently, so the name says nothing about the bytes
/// on the wire; it is only right once every chunk was unpacked and hashed. That is done here, one
/// chunk in memory at a time. An optional footer, which begins with `XETBLOB`, is read and dropped.
record Xorb(XetHash hash, List<Merkle.Node> chunks, long size) {
  static final int MAX_CHUNKS = 8192;
  static final long MAX_SIZE = 80L << 20;
  private static final byte[] FOOTER = "XETBLOB".getBytes(StandardCharsets.US_ASCII);

  Xorb {
    chunks = List.copyOf(chunks);
  }

  /// Reads and checks a whole xorb; the chunks go on to `copy` as they are.
  static Xorb read(InputStream in, OutputStream copy) throws IOException {
    var chunks = new ArrayList<Merkle.Node>();
    long size = 0;
    var start = new byte[ChunkHeader.BYTES];
    while (true) {
      int got = in.readNBytes(start, 0, start.length);
      if (got == 0) {
        break;
      }
      if (got < start.length) {
        throw new XetFormatException("xorb: cut off in the header of chunk " + chunks.size());
      }
      if (Arrays.equals(start, 0, FOOTER.length, FOOTER, 0, FOOTER.length)) {
        drain(in, MAX_SIZE - size);
        break;
      }
      var header = ChunkHeader.of(start);
      size += ChunkHeader.BYTES + header.packedLength();
      if (chunks.size() == MAX_CHUNKS || size > MAX_SIZE) {
        throw new XetFormatException(
            "xorb: more than " + MAX_CHUNKS + " chunks or " + MAX_SIZE + " bytes");
      }
      byte[] packed = packed(in, header);
      byte[] content = header.unpack(packed);
      chunks.add(new Merkle.Node(Merkle.chunk(content, 0, header.length()), header.length()));
      copy.write(start);
      copy.write(packed);
    }
    return new Xorb(Merkle.root(chunks), chunks, size);
  }

  private static byte[] packed(InputStream in, ChunkHeader header) throws IOException {
    byte[] packed = in.readNBytes(header.packedLength());
    if (packed.length < header.packedLength()) {
      throw new XetFormatException("xorb: cut off in a chunk");
    }
    return packed;
  }

  private static void drain(InputStream in, long limit) throws IOException {
    var buffer = new byte[8192];
    for (long left = limit; left > 0; ) {
      int got = in.read(buffer);
      if (got < 0) {
        return;
      }
      left -= got;
    }
    throw new XetFormatException("xorb: the footer is larger than a xorb");
  }
}
