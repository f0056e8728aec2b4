package org.syncyte.hub.s3;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// The worked examples of the signature's own documentation, and what must not pass.
class SigV4Test {
  static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final Instant THEN = Instant.parse("2013-05-24T00:00:00Z");
  private static final String HOST = "examplebucket.s3.amazonaws.com";

  private static MultiMap headers() {
    return MultiMap.caseInsensitiveMultiMap()
        .add("Range", "bytes=0-9")
        .add("x-amz-content-sha256", EMPTY)
        .add("x-amz-date", "20130524T000000Z")
        .add(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  }

  private static void check(String method, String uri, MultiMap headers, String host, Instant now) {
    var request = S3Request.of(method, uri, headers, host);
    var signature = SigV4.of(request);
    if (signature == null) {
      throw new AssertionError("no signature found");
    }
    signature.check(request, SECRET, EMPTY, now);
  }

  private static void refuses(S3Code code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            S3Refusal.class,
            refusal -> org.assertj.core.api.Assertions.assertThat(refusal.code()).isEqualTo(code));
  }

  @Test
  void acceptsTheDocumentedGet() {
    assertThatCode(() -> check("GET", "/test.txt", headers(), HOST, THEN))
        .doesNotThrowAnyException();
  }

  @Test
  void acceptsTheDocumentedAddressSignedInAdvance() {
    String uri =
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    var none = MultiMap.caseInsensitiveMultiMap();
    var request = S3Request.of("GET", uri, none, HOST);
    var signature = java.util.Objects.requireNonNull(SigV4.of(request));
    assertThatCode(() -> signature.check(request, SECRET, SigV4.UNSIGNED, THEN.plusSeconds(86_000)))
        .doesNotThrowAnyException();
    refuses(
        S3Code.AccessDenied,
        () -> signature.check(request, SECRET, SigV4.UNSIGNED, THEN.plusSeconds(86_500)));
  }

  @Test
  void refusesWhateverElseIsAsked() {
    refuses(S3Code.SignatureDoesNotMatch, () -> check("PUT", "/test.txt", headers(), HOST, THEN));
    refuses(S3Code.SignatureDoesNotMatch, () -> check("GET", "/other", headers(), HOST, THEN));
    refuses(
        S3Code.SignatureDoesNotMatch, () -> check("GET", "/test.txt?acl", headers(), HOST, THEN));
    refuses(S3Code.SignatureDoesNotMatch, () -> check("GET", "/test.txt", headers(), "else", THEN));
    refuses(
        S3Code.SignatureDoesNotMatch,
        () -> check("GET", "/test.txt", headers().set("Range", "bytes=0-99"), HOST, THEN));
  }

  @Test
  void refusesHeadersThatAreNotCovered() {
    refuses(
        S3Code.AccessDenied,
        () ->
            check(
                "GET",
                "/test.txt",
                headers().add("x-amz-copy-source", "secret/repo/file"),
                HOST,
                THEN));
  }

  @Test
  void refusesAnotherDay() {
    refuses(
        S3Code.RequestTimeTooSkewed,
        () -> check("GET", "/test.txt", headers(), HOST, THEN.plusSeconds(1000)));
    refuses(
        S3Code.RequestTimeTooSkewed,
        () -> check("GET", "/test.txt", headers(), HOST, THEN.minusSeconds(1000)));
  }
}
