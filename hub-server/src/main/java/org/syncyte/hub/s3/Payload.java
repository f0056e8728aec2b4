package org.syncyte.hub.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.blob.BlobStore;

/// The body of an upload with both framings taken off, checked against everything the client said
/// about it: length, signatures of its chunks, checksums before and after. The checks end when the
/// stream does, so whoever stores it must wait for the end.
final class Payload extends InputStream {
  private static final String STREAMING = "STREAMING-";
  private static final int BUFFER = 1 << 16;
  private static final int MAX_TEXT = 4 << 20;
  private final InputStream in;
  private final long length;
  private final @Nullable String sha256;
  private final @Nullable AwsChunked chunked;
  private final Map<Checksum, Checksum.Running> running = new EnumMap<>(Checksum.class);
  private final Map<Checksum, String> promised = new EnumMap<>(Checksum.class);
  private boolean checked;

  private Payload(
      InputStream in, long length, @Nullable String sha256, @Nullable AwsChunked chunked) {
    this.in = in;
    this.length = length;
    this.sha256 = sha256;
    this.chunked = chunked;
  }

  static Payload of(S3Request request, Signed by, InputStream body) {
    return of(request, by, body, true);
  }

  private static Payload of(S3Request request, Signed by, InputStream body, boolean checksums) {
    String declared = request.header("x-amz-content-sha256");
    boolean streaming = declared != null && declared.startsWith(STREAMING);
    long length =
        number(
            request.header(streaming ? "x-amz-decoded-content-length" : "Content-Length"),
            streaming ? "x-amz-decoded-content-length" : "Content-Length");
    AwsChunked chunked = null;
    if (streaming && declared != null) {
      chunked = new AwsChunked(new BufferedInputStream(body, BUFFER), length, chain(declared, by));
    }
    String sha256 =
        !streaming && declared != null && BlobStore.isSha256(declared) ? declared : null;
    var payload = new Payload(chunked == null ? body : chunked, length, sha256, chunked);
    if (checksums) {
      payload.promise(request);
    }
    return payload;
  }

  /// A short body, whole; refuses one that is longer than that or not what was signed.
  static InputStream text(S3Request request, Signed by, InputStream body) {
    var payload = of(request, by, body, false);
    try {
      byte[] bytes = payload.readNBytes(MAX_TEXT + 1);
      if (bytes.length > MAX_TEXT) {
        throw new S3Refusal(S3Code.MalformedXML, "The XML is longer than " + MAX_TEXT + " bytes");
      }
      String found = HexFormat.of().formatHex(Checksum.sha256().digest(bytes));
      if (payload.sha256 != null && !payload.sha256.equals(found)) {
        throw new S3Refusal(
            S3Code.XAmzContentSHA256Mismatch, "The body is not the one that was signed");
      }
      return new ByteArrayInputStream(bytes);
    } catch (IOException broken) {
      throw new S3Refusal(S3Code.IncompleteBody, "The body broke off");
    }
  }

  private static AwsChunked.@Nullable Chain chain(String declared, Signed by) {
    boolean trailer = declared.endsWith("-TRAILER");
    String kind = trailer ? declared.substring(0, declared.length() - 8) : declared;
    return switch (kind) {
      case "STREAMING-UNSIGNED-PAYLOAD" -> null;
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> by.chain(trailer);
      default ->
          throw new S3Refusal(
              S3Code.NotImplemented, "x-amz-content-sha256 '" + declared + "' is not supported");
    };
  }

  private void promise(S3Request request) {
    String trailer = request.header("x-amz-trailer");
    for (var kind : Checksum.values()) {
      String value = request.header(kind.header());
      if (value != null) {
        promised.put(kind, value.strip());
      }
      boolean later =
          trailer != null && trailer.strip().toLowerCase(Locale.ROOT).equals(kind.header());
      if (value != null || later) {
        running.put(kind, kind.start());
      }
    }
  }

  private static long number(@Nullable String value, String name) {
    if (value == null) {
      throw new S3Refusal(S3Code.MissingContentLength, "The header " + name + " is missing");
    }
    try {
      long number = Long.parseLong(value.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      throw new S3Refusal(S3Code.InvalidArgument, name + ": '" + value + "' is not a length");
    }
    throw new S3Refusal(S3Code.InvalidArgument, name + ": '" + value + "' is not a length");
  }

  long length() {
    return length;
  }

  /// The SHA-256 that the client stated for the whole body, if it did.
  @Nullable String sha256() {
    return sha256;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    int got = in.read(bytes, offset, count);
    if (got < 0) {
      check();
      return -1;
    }
    running.values().forEach(sum -> sum.update(bytes, offset, got));
    return got;
  }

  private void check() {
    if (checked) {
      return;
    }
    checked = true;
    running.forEach((kind, sum) -> {
      String wanted =
          chunked == null
              ? promised.get(kind)
              : chunked.trailers().getOrDefault(kind.header(), promised.get(kind));
      String found = sum.text();
      if (!found.equals(wanted)) {
        throw new S3Refusal(
            S3Code.BadDigest,
            kind.header() + " is " + found + ", not " + wanted + " as stated; nothing was stored");
      }
    });
  }
}
