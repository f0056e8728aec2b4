package org.syncyte.tests;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Content's names: SHA-256 for large files, git's blob id for the others.
final class Hashes {
  private Hashes() {}

  static String sha256(byte[] bytes) {
    return hex("SHA-256", new byte[0], bytes);
  }

  static String gitId(byte[] bytes) {
    return hex("SHA-1", ("blob " + bytes.length + "\0").getBytes(StandardCharsets.UTF_8), bytes);
  }

  private static String hex(String algorithm, byte[] before, byte[] bytes) {
    try {
      var digest = MessageDigest.getInstance(algorithm);
      digest.update(before);
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
