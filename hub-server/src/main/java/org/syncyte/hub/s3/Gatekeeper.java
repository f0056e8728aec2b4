package org.syncyte.hub.s3;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;

/// Finds out who sent a request. The access key is a token's number, the secret is the token
/// itself.
@ApplicationScoped
class Gatekeeper {
  private final Accounts accounts;

  Gatekeeper(Accounts accounts) {
    this.accounts = accounts;
  }

  Signed identify(S3Request request) {
    String bearer = request.header("Authorization");
    if (bearer != null && bearer.regionMatches(true, 0, "bearer ", 0, 7)) {
      return new Signed(accounts.authenticate(bearer), null, null);
    }
    var signature = SigV4.of(request);
    if (signature == null) {
      return new Signed(new Caller.Anonymous(), null, null);
    }
    var signer =
        accounts
            .signer(number(signature.accessKey()))
            .orElseThrow(() -> unknown(signature.accessKey()));
    String stated = request.header("x-amz-content-sha256");
    signature.check(
        request, signer.secret(), stated == null ? SigV4.UNSIGNED : stated, Instant.now());
    return new Signed(signer.caller(), signature, signer.secret());
  }

  private static long number(String accessKey) {
    try {
      return Long.parseLong(accessKey);
    } catch (NumberFormatException _) {
      throw unknown(accessKey);
    }
  }

  private static S3Refusal unknown(String accessKey) {
    String shown = accessKey.length() > 40 ? accessKey.substring(0, 40) + "…" : accessKey;
    return new S3Refusal(
        S3Code.InvalidAccessKeyId,
        "No token has the number '"
            + shown
            + "', or it was revoked, has expired, or is older than signing; the access key is a"
            + " token's number, the secret key is the token");
  }
}
