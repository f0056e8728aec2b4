package org.syncyte.hub.account;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/// Passwords as stored: PBKDF2 with HMAC-SHA-256, 600,000 rounds (OWASP, 2023) and 128 random bits
/// of salt, as `rounds:salt:hash`. People choose passwords, so guessing one must be slow.
final class Password {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ROUNDS = 600_000;
  static final int SHORTEST = 10;
  static final int LONGEST = 200;

  /// Compared with when there is nothing to compare with, so that a wrong name takes as long as a
  /// wrong password.
  private static final String NOBODY = hash("nobody has this password");

  private Password() {}

  static String hash(String password) {
    var salt = new byte[16];
    RANDOM.nextBytes(salt);
    return ROUNDS + ":" + text(salt) + ":" + text(derive(password, salt, ROUNDS));
  }

  static boolean matches(String password, @Nullable String stored) {
    var parts = (stored == null ? NOBODY : stored).split(":", 3);
    var decoder = Base64.getDecoder();
    byte[] right = decoder.decode(parts[2]);
    byte[] given = derive(password, decoder.decode(parts[1]), Integer.parseInt(parts[0]));
    return MessageDigest.isEqual(right, given) && stored != null;
  }

  private static byte[] derive(String password, byte[] salt, int rounds) {
    try {
      var key = new PBEKeySpec(password.toCharArray(), salt, rounds, 256);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
