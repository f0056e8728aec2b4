package org.syncyte.hub.xet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.regex.Pattern;

/// A 32-byte hash. Its text is not its bytes in order: the bytes are four little-endian numbers,
/// and each number is written as 16 hex digits.
record XetHash(long first, long second, long third, long fourth) {
  static final int BYTES = 32;
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  static XetHash of(byte[] bytes) {
    return of(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
  }

  /// Reads the next 32 bytes of a little-endian buffer.
  static XetHash of(ByteBuffer bytes) {
    return new XetHash(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  static XetHash parse(String hex) {
    if (!HEX.matcher(hex).matches()) {
      throw new XetFormatException("'" + hex + "' is not a hash: 64 lower-case hex digits");
    }
    return new XetHash(number(hex, 0), number(hex, 16), number(hex, 32), number(hex, 48));
  }

  private static long number(String hex, int from) {
    return Long.parseUnsignedLong(hex, from, from + 16, 16);
  }

  byte[] bytes() {
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(first)
        .putLong(second)
        .putLong(third)
        .putLong(fourth)
        .array();
  }

  /// Marks the end of a section in a shard.
  boolean allOnes() {
    return (first & second & third & fourth) == -1;
  }

  @Override
  public String toString() {
    return "%016x%016x%016x%016x".formatted(first, second, third, fourth);
  }
}
