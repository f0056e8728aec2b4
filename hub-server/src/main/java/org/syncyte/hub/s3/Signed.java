package org.syncyte.hub.s3;

import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.Caller;

/// Who sent a request, and what signs the rest of it.
record Signed(Caller caller, @Nullable SigV4 signature, @Nullable String secret) {
  /// The chain of chunk signatures that begins with this request's.
  AwsChunked.Chain chain(boolean trailer) {
    if (signature == null || secret == null) {
      throw new S3Refusal(S3Code.AccessDenied, "a signed body needs a signed request");
    }
    return new AwsChunked.Chain(signature, secret, trailer);
  }
}
