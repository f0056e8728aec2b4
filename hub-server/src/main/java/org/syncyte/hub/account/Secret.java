package org.syncyte.hub.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/// An API token's text: `syn_` and 256 random bits. With that much entropy a plain SHA-256 is a
/// safe thing to store; slow password hashes exist for secrets that people choose.
final class Secret {
  private static final SecureRandom RANDOM = new SecureRandom();
  static final String PREFIX = "syn_";
  private static final String STOCK_PREFIX = "hf_";

  private Secret() {}

  static String draw() {
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// The token as issued. The JavaScript client takes only tokens that begin with `hf_`, so this
  /// may be put before one.
  private static String issued(String sent) {
    return sent.startsWith(STOCK_PREFIX + PREFIX) ? sent.substring(STOCK_PREFIX.length()) : sent;
  }

  static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(issued(secret).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
