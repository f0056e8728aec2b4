package org.syncyte.hub.xet;

import java.util.Arrays;

/// What stands before each chunk of a xorb: `version u8 | packed length u24 | scheme u8 | length
/// u24`.
///
/// Scheme 0 is the content itself, 1 an LZ4 frame, 2 an LZ4 frame of regrouped bytes: first all
/// bytes at positions divisible by four, then those one further, and so on, which packs numbers of
/// four bytes better.
record ChunkHeader(int packedLength, int scheme, int length) {
  static final int BYTES = 8;
  static final int MAX_LENGTH = 131_072;
  static final int MAX_PACKED = 262_144;
  private static final int PLANES = 4;

  ChunkHeader {
    if (length < 1 || length > MAX_LENGTH || packedLength < 1 || packedLength > MAX_PACKED) {
      throw new XetFormatException(
          "chunk of "
              + length
              + " bytes, packed "
              + packedLength
              + ": allowed are 1 to "
              + MAX_LENGTH
              + ", packed "
              + MAX_PACKED);
    }
    if (scheme < 0 || scheme > 2 || (scheme == 0 && packedLength != length)) {
      throw new XetFormatException(
          "chunk with scheme " + scheme + ", " + packedLength + " bytes for " + length);
    }
  }

  static ChunkHeader of(byte[] bytes) {
    if (bytes[0] != 0) {
      throw new XetFormatException("chunk of version " + (bytes[0] & 0xff) + ", known is 0");
    }
    return new ChunkHeader(number(bytes, 1), bytes[4] & 0xff, number(bytes, 5));
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16;
  }

  /// The content of the chunk.
  byte[] unpack(byte[] packed) {
    var content = new byte[length];
    switch (scheme) {
      case 0 -> {
        return Arrays.copyOf(packed, length);
      }
      case 1 -> Lz4Frame.unpack(packed, packedLength, content, length);
      default -> {
        var planes = new byte[length];
        Lz4Frame.unpack(packed, packedLength, planes, length);
        interleave(planes, content);
      }
    }
    return content;
  }

  private static void interleave(byte[] planes, byte[] content) {
    int from = 0;
    for (int plane = 0; plane < PLANES; plane++) {
      for (int to = plane; to < content.length; to += PLANES) {
        content[to] = planes[from++];
      }
    }
  }
}
