package org.syncyte.hub.pages;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/// Damaged copies of a file: flipped, cut, doubled and spliced, the same ones on every run.
final class Mutations {
  private static final String[] SPLICES = {
    "null",
    "-1",
    "1e999",
    "[",
    "]",
    "{",
    "}",
    "\"\"",
    ",",
    "99999999999999999999",
    "[[[[[[[[",
    "\u0000"
  };

  private Mutations() {}

  static void each(String sample, int count, long seed, Consumer<byte[]> action) {
    var random = new Random(seed);
    var bytes = sample.getBytes(StandardCharsets.UTF_8);
    for (var i = 0; i < count; i++) {
      var copy = bytes.clone();
      for (var changes = 1 + random.nextInt(3); changes > 0; changes--) {
        copy = changed(copy, random);
      }
      action.accept(copy);
    }
  }

  private static byte[] changed(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(4)) {
      case 0 -> {
        bytes[at] = (byte) random.nextInt(256);
        return bytes;
      }
      case 1 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 2 -> {
        var splice = SPLICES[random.nextInt(SPLICES.length)].getBytes(StandardCharsets.UTF_8);
        return joined(
            Arrays.copyOf(bytes, at), splice, Arrays.copyOfRange(bytes, at, bytes.length));
      }
      default -> {
        int end = Math.min(bytes.length, at + 1 + random.nextInt(40));
        var part = Arrays.copyOfRange(bytes, at, end);
        return joined(
            Arrays.copyOf(bytes, end), part, Arrays.copyOfRange(bytes, end, bytes.length));
      }
    }
  }

  private static byte[] joined(byte[]... parts) {
    var all = new java.io.ByteArrayOutputStream();
    for (var part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
