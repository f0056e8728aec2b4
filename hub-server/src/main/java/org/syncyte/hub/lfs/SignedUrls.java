package org.syncyte.hub.lfs;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;
import org.syncyte.hub.SigningKey;

/// Addresses that carry their own permission, since clients send large files without a token.
///
///     sig = HMAC-SHA-256(key, purpose | repository | oid | size | part | size of parts | expiry)
///
/// A signature is good for one purpose and one piece of content, and only until it expires.
@ApplicationScoped
class SignedUrls {
  private final SigningKey key;
  private final long life;

  SignedUrls(HubSettings settings, SigningKey key) {
    this.key = key;
    life = settings.limits().signedUrl().toSeconds();
  }

  /// What one address permits.
  ///
  /// @param partSize how long the parts of an upload in parts are; 0 for content in one piece
  record Grant(String purpose, long repo, String oid, long size, int part, long partSize) {
    String query(long expires, String signature) {
      return "?repo="
          + repo
          + "&size="
          + size
          + (partSize > 0 ? "&chunk=" + partSize : "")
          + "&expires="
          + expires
          + "&sig="
          + signature;
    }
  }

  String query(Grant grant) {
    long expires = Instant.now().getEpochSecond() + life;
    return grant.query(expires, sign(grant, expires));
  }

  void check(Grant grant, long expires, @Nullable String signature) {
    byte[] given = (signature == null ? "" : signature).getBytes(StandardCharsets.US_ASCII);
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
    return HexFormat.of().formatHex(key.sign(grant + "|" + expires));
  }
}
