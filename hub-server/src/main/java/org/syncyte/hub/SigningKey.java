package org.syncyte.hub;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA-256 with a key that is drawn once and stays in the data directory. What is signed must
/// say what it is for, so that a signature for one purpose is none for another.
@ApplicationScoped
public class SigningKey {
  private static final String ALGORITHM = "HmacSHA256";
  private final byte[] key;

  SigningKey(HubSettings settings) throws IOException {
    key = key(settings.dataDir().toAbsolutePath().resolve("signing.key"));
  }

  public byte[] sign(String text) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] key(Path file) throws IOException {
    if (Files.exists(file)) {
      return Files.readAllBytes(file);
    }
    var fresh = new byte[32];
    new SecureRandom().nextBytes(fresh);
    Files.createDirectories(file.resolveSibling("."));
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, fresh);
    return fresh;
  }
}
