package org.syncyte.hub.xet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.SigningKey;
import org.syncyte.hub.account.Role;

/// Gives out and checks the short-lived permission to upload to one repository: a signed JSON web
/// token (HS256). The account is looked up again on each use, so that losing a right counts at
/// once.
@ApplicationScoped
class XetPass {
  static final Duration LIFE = Duration.ofHours(1);
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"xet+jwt\"}";
  private final SigningKey key;
  private final ObjectMapper json;

  XetPass(SigningKey key, ObjectMapper json) {
    this.key = key;
    this.json = json;
  }

  /// Who may write where, and until which second.
  public record Claims(long account, Role role, long repo, String ref, long exp) {}

  /// True for the names that clients use when what they send will be a pull request.
  static boolean proposal(String ref) {
    return ref.equals("None") || ref.startsWith("refs/pr/");
  }

  String issue(Claims claims) {
    try {
      String text = encoded(HEADER) + "." + encoded(json.writeValueAsString(claims));
      return text + "." + encoded(key.sign(text));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  Claims check(@Nullable String authorization) {
    if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      throw new HubException(ErrorCode.TOKEN_NEEDED, "This needs an upload token");
    }
    String token = authorization.substring(7).strip();
    int dot = token.lastIndexOf('.');
    if (dot < 0) {
      throw wrong();
    }
    String text = token.substring(0, dot);
    byte[] right = encoded(key.sign(text)).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(
        right, token.substring(dot + 1).getBytes(StandardCharsets.US_ASCII))) {
      throw wrong();
    }
    try {
      byte[] payload = Base64.getUrlDecoder().decode(text.substring(text.indexOf('.') + 1));
      var claims = json.readValue(payload, Claims.class);
      if (claims.exp() < Instant.now().getEpochSecond()) {
        throw new HubException(ErrorCode.BAD_TOKEN, "The upload token has expired");
      }
      return claims;
    } catch (IOException | IllegalArgumentException bad) {
      throw new HubException(ErrorCode.BAD_TOKEN, "The upload token cannot be read", bad);
    }
  }

  private static HubException wrong() {
    return new HubException(ErrorCode.BAD_TOKEN, "The upload token is not one of this hub");
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
