package org.syncyte.hub.s3;

import static org.syncyte.hub.HubClient.anonymous;

import io.restassured.response.Response;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Signs requests as a client does: with a token's number and the token.
final class S3Signer {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private final String access;
  private final String secret;
  private final String host;

  S3Signer(String access, String secret, String host) {
    this.access = access;
    this.secret = secret;
    this.host = host;
  }

  record Sent(Response response, String signature, String time) {}

  Sent send(String method, String path, Map<String, String> more, byte[] body, Instant at) {
    var headers = new TreeMap<String, String>(more);
    String time = TIME.format(at);
    headers.put("x-amz-date", time);
    headers.putIfAbsent("x-amz-content-sha256", SigV4.UNSIGNED);
    var signed = new TreeMap<String, String>(headers);
    signed.put("host", host);
    var signer = signer(time, List.copyOf(signed.keySet()), "");
    var all = MultiMap.caseInsensitiveMultiMap();
    headers.forEach(all::add);
    var request = S3Request.of(method, path, all, host);
    String signature =
        signature(signer, signer.canonical(request, headers.get("x-amz-content-sha256")));
    var call =
        anonymous()
            .header("Host", host)
            .header(
                "Authorization",
                "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                    .formatted(
                        SigV4.ALGORITHM,
                        access,
                        signer.scope(),
                        String.join(";", signed.keySet()),
                        signature));
    headers.forEach(call::header);
    if (body.length > 0) {
      call.body(body);
    }
    return new Sent(call.request(method, path), signature, time);
  }

  Response send(String method, String path, Map<String, String> headers, byte[] body) {
    return send(method, path, headers, body, Instant.now()).response();
  }

  /// A put whose body comes in signed chunks; the chain begins with the request's own signature.
  Response sendChunked(String path, byte[] content, int chunk, boolean tamper) {
    var now = Instant.now();
    var headers =
        new TreeMap<>(
            Map.of(
                "x-amz-content-sha256",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "x-amz-decoded-content-length",
                Integer.toString(content.length)));
    String time = TIME.format(now);
    headers.put("x-amz-date", time);
    var signed = new TreeMap<String, String>(headers);
    signed.put("host", host);
    var signer = signer(time, List.copyOf(signed.keySet()), "");
    var all = MultiMap.caseInsensitiveMultiMap();
    headers.forEach(all::add);
    String last =
        signature(
            signer,
            signer.canonical(
                S3Request.of("PUT", path, all, host),
                Objects.requireNonNull(headers.get("x-amz-content-sha256"))));
    var body = new ByteArrayOutputStream();
    for (int from = 0; from < content.length; from += chunk) {
      byte[] part = Arrays.copyOfRange(content, from, Math.min(content.length, from + chunk));
      last = chunkSignature(signer, last, part);
      part[0] ^= (byte) (tamper ? 1 : 0);
      write(body, part, last);
    }
    write(body, new byte[0], chunkSignature(signer, last, new byte[0]));
    headers.remove("x-amz-date");
    return send("PUT", path, headers, body.toByteArray(), now).response();
  }

  private static void write(ByteArrayOutputStream body, byte[] part, String signature) {
    String line = Integer.toHexString(part.length) + ";chunk-signature=" + signature + "\r\n";
    body.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(part);
    body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private SigV4 signer(String time, List<String> signed, String signature) {
    String day = time.substring(0, 8);
    return new SigV4(
        access, day + "/here/s3/aws4_request", day, "here", time, signed, signature, null);
  }

  private String signature(SigV4 signer, String canonical) {
    return HexFormat.of()
        .formatHex(
            SigV4.hmac(
                signer.key(secret),
                SigV4.ALGORITHM
                    + "\n"
                    + signer.time()
                    + "\n"
                    + signer.scope()
                    + "\n"
                    + SigV4.hash(canonical)));
  }

  private String chunkSignature(SigV4 signer, String last, byte[] part) {
    String text =
        SigV4.ALGORITHM
            + "-PAYLOAD\n"
            + signer.time()
            + "\n"
            + signer.scope()
            + "\n"
            + last
            + "\n"
            + SigV4Test.EMPTY
            + "\n"
            + HexFormat.of().formatHex(Checksum.sha256().digest(part));
    return HexFormat.of().formatHex(SigV4.hmac(signer.key(secret), text));
  }
}
