package org.syncyte.hub.s3;

import java.util.LinkedHashMap;
import java.util.Map;
import org.syncyte.hub.HubException;

/// A refusal on its way to an S3 client. What the rest of the hub refuses is translated here.
final class S3Refusal extends RuntimeException {
  private final S3Code code;
  private final Map<String, String> headers = new LinkedHashMap<>();

  S3Refusal(S3Code code, String message) {
    super(message);
    this.code = code;
  }

  private S3Refusal(S3Code code, HubException cause) {
    super(cause.sentence(), cause);
    this.code = code;
  }

  static S3Refusal of(HubException refusal) {
    var code =
        switch (refusal.code()) {
          case REPO_NOT_FOUND -> refusal.status() == 401 ? S3Code.AccessDenied : S3Code.NoSuchKey;
          case REVISION_NOT_FOUND -> S3Code.NoSuchVersion;
          case ENTRY_NOT_FOUND, NOT_FOUND -> S3Code.NoSuchKey;
          case BAD_TOKEN -> S3Code.InvalidAccessKeyId;
          case GATED_REPO, DISABLED, TOKEN_NEEDED, FORBIDDEN -> S3Code.AccessDenied;
          case EXISTS -> S3Code.BucketAlreadyExists;
          case PARENT_MOVED -> S3Code.PreconditionFailed;
          case RANGE -> S3Code.InvalidRange;
          case TOO_BIG -> S3Code.EntityTooLarge;
          case STORAGE_FULL -> S3Code.ServiceUnavailable;
          default -> S3Code.InvalidArgument;
        };
    return new S3Refusal(code, refusal);
  }

  S3Refusal header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  S3Code code() {
    return code;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }

  Map<String, String> headers() {
    return headers;
  }
}
