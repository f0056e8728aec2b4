package org.syncyte.hub.lfs;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;

/// Addresses that carry their own permission, since clients send large files without a token.
///
///     sig = HMAC-SHA-256(key, purpose | repository | oid | size | part | expiry)
///
/// A signature is good for one purpose and one piece of content, and only until it expires. The key is
/// drawn once and stays in the data directory.
@ApplicationScoped
class SignedUrls {
  private final byte[] key;
  private final long life;

  SignedUrls(HubSettings settings) throws IOException {
    key = key(settings.dataDir().toAbsolutePath().resolve("signing.key"));
    life = settings.limits().signedUrl().toSeconds();
  }

  /// What one address permits.
  record Grant(String purpose, long repo, String oid, long size, int part) {
    String query(long expires, String signature) {
      return "?repo=" + repo + "&size=" + size + "&expires=" + expires + "&sig=" + signature;
    }
  }

  String query(Grant grant) {
    long expires = Instant.now().getEpochSecond() + life;
    return grant.query(expires, sign(grant, expires));
  }

  void check(Grant grant, long expires, String signature) {
    byte[] given = signature.getBytes(StandardCharsets.US_ASCII);
    byte[] right = sign(grant, expires).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(given, right)) {
      throw new HubException(
          ErrorCode.FORBIDDEN, "The signature of this address is wrong; ask for a new one");
    }
    if (expires < Instant.now().getEpochSecond()) {
      throw new HubException(ErrorCode.FORBIDDEN, "This address has expired; ask for a new one");
    }
  }

  private String sign(Grant grant, long expires) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of()
          .formatHex(mac.doFinal((grant + "|" + expires).getBytes(StandardCharsets.UTF_8)));
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
