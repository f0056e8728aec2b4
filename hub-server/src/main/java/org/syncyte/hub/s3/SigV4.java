package org.syncyte.hub.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Signature version 4: the secret never travels, a keyed hash of the request does.
///
///     key       = HMAC(HMAC(HMAC(HMAC("AWS4" + secret, date), region), "s3"), "aws4_request")
///     canonical = method, path, query, signed headers, their names, hash of the body
///     signature = HMAC(key, "AWS4-HMAC-SHA256", time, scope, SHA-256(canonical))
///
/// The signature is in the `Authorization` header, good for 15 minutes around the stated time, or in
/// the query of an address that somebody signed in advance, good as long as it says. Every header
/// whose name begins with `x-amz-` must be covered, and so must `host`; otherwise somebody on the
/// way could change what the request means. Any region is accepted: there is one.
///
/// Source: AWS General Reference, "Signing AWS API requests".
record SigV4(
    String accessKey,
    String scope,
    String day,
    String region,
    String time,
    List<String> signed,
    String signature,
    @Nullable Duration validity) {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  static final String UNSIGNED = "UNSIGNED-PAYLOAD";
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

  SigV4 {
    signed = List.copyOf(signed);
  }

  /// The request's signature, or null if it has none.
  static @Nullable SigV4 of(S3Request request) {
    String header = request.header("Authorization");
    if (header != null) {
      return fromHeader(request, header);
    }
    return request.parameter("X-Amz-Signature") == null ? null : fromQuery(request);
  }

  private static SigV4 fromHeader(S3Request request, String header) {
    if (!header.startsWith(ALGORITHM)) {
      throw malformed("use " + ALGORITHM);
    }
    var fields = new LinkedHashMap<String, String>();
    for (String field : header.substring(ALGORITHM.length()).split(",")) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals).strip(), field.substring(equals + 1).strip());
      }
    }
    String time = request.header("x-amz-date");
    if (time == null) {
      throw malformed("the header x-amz-date is missing");
    }
    return of(
        fields.getOrDefault("Credential", ""),
        time,
        fields.getOrDefault("SignedHeaders", ""),
        fields.getOrDefault("Signature", ""),
        null);
  }

  private static SigV4 fromQuery(S3Request request) {
    if (!ALGORITHM.equals(request.parameter("X-Amz-Algorithm"))) {
      throw malformed("use " + ALGORITHM);
    }
    int seconds = request.number("X-Amz-Expires", 0, 1, 604_800);
    return of(
        request.parameter("X-Amz-Credential", ""),
        request.parameter("X-Amz-Date", ""),
        request.parameter("X-Amz-SignedHeaders", ""),
        request.parameter("X-Amz-Signature", ""),
        Duration.ofSeconds(seconds));
  }

  private static SigV4 of(
      String credential,
      String time,
      String signedHeaders,
      String signature,
      @Nullable Duration validity) {
    var parts = credential.split("/", -1);
    if (parts.length != 5 || !parts[3].equals("s3") || !parts[4].equals("aws4_request")) {
      throw malformed("Credential must be <token id>/<date>/<region>/s3/aws4_request");
    }
    if (!time.startsWith(parts[1]) || parts[1].length() != 8) {
      throw malformed("the date of the credential is not the date of the request");
    }
    return new SigV4(
        parts[0],
        String.join("/", parts[1], parts[2], parts[3], parts[4]),
        parts[1],
        parts[2],
        time,
        List.of(signedHeaders.split(";")),
        signature,
        validity);
  }

  /// Refuses a request that was not signed with this secret, not now, or not as a whole.
  void check(S3Request request, String secret, String payloadHash, Instant now) {
    checkTime(now);
    for (String name : request.headers().names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("x-amz-") && !signed.contains(lower)) {
        throw new S3Refusal(S3Code.AccessDenied, "the header " + lower + " is not signed");
      }
    }
    if (!signed.contains("host")) {
      throw new S3Refusal(S3Code.AccessDenied, "the header host is not signed");
    }
    String right = sign(secret, hash(canonical(request, payloadHash)));
    if (!MessageDigest.isEqual(ascii(right), ascii(signature))) {
      throw new S3Refusal(
          S3Code.SignatureDoesNotMatch,
          "The signature is not that of this request: check the secret, and that nothing between"
              + " changes the address or the headers");
    }
  }

  private void checkTime(Instant now) {
    Instant stated;
    try {
      stated = LocalDateTime.parse(time, TIME).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException bad) {
      throw malformed("time '" + time + "' is not like 20260131T235959Z");
    }
    boolean early = stated.isAfter(now.plus(SKEW));
    boolean late = stated.plus(validity == null ? SKEW : validity).isBefore(now);
    if (early || (late && validity == null)) {
      throw new S3Refusal(
          S3Code.RequestTimeTooSkewed, "The request is from " + time + ", here it is " + now);
    }
    if (late) {
      throw new S3Refusal(S3Code.AccessDenied, "Request has expired");
    }
  }

  String canonical(S3Request request, String payloadHash) {
    String query =
        request.query().stream()
            .filter(one -> !one.name().equals("X-Amz-Signature"))
            .map(one ->
                Map.entry(
                    PercentCode.encode(one.name(), false), PercentCode.encode(one.value(), false)))
            .sorted(
                Comparator.comparing((Map.Entry<String, String> pair) -> pair.getKey())
                    .thenComparing(Map.Entry::getValue))
            .map(pair -> pair.getKey() + "=" + pair.getValue())
            .collect(Collectors.joining("&"));
    var lines = new ArrayList<String>();
    lines.add(request.method());
    lines.add(PercentCode.encode(PercentCode.decode(request.path()), true));
    lines.add(query);
    for (String name : signed) {
      lines.add(name + ":" + value(request, name));
    }
    lines.add("");
    lines.add(String.join(";", signed));
    lines.add(payloadHash);
    return String.join("\n", lines);
  }

  private static String value(S3Request request, String name) {
    return name.equals("host")
        ? request.host()
        : request.headers().getAll(name).stream()
            .map(value -> value.strip().replaceAll(" +", " "))
            .collect(Collectors.joining(","));
  }

  private String sign(String secret, String canonicalHash) {
    return HexFormat.of()
        .formatHex(
            hmac(key(secret), ALGORITHM + "\n" + time + "\n" + scope + "\n" + canonicalHash));
  }

  byte[] key(String secret) {
    byte[] dayKey = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), day);
    return hmac(hmac(hmac(dayKey, region), "s3"), "aws4_request");
  }

  static byte[] hmac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static S3Refusal malformed(String why) {
    return new S3Refusal(S3Code.AuthorizationHeaderMalformed, "The signature is malformed: " + why);
  }
}
