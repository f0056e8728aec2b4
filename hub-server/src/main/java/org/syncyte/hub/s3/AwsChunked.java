package org.syncyte.hub.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A body in chunks of the client's own making, inside those of HTTP.
///
///     <hex length>[;chunk-signature=<hex>]\r\n<bytes>\r\n … 0[;chunk-signature=<hex>]\r\n
///     [<name>:<value>\r\n …]\r\n
///
/// If the body is signed, each chunk's signature covers its bytes and the signature before it, so
/// none can be changed, dropped or moved. Bytes are passed on before their signature is seen; whoever
/// reads them keeps nothing before the stream has ended.
final class AwsChunked extends InputStream {
  private static final int MAX_LINE = 1024;
  private static final int MAX_TRAILERS = 16;
  private static final String EMPTY_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private final InputStream in;
  private final long length;
  private final @Nullable Chain chain;
  private final Map<String, String> trailers = new LinkedHashMap<>();
  private final MessageDigest digest;
  private long received;
  private long left;
  private String promised = "";
  private boolean begun;
  private boolean ended;

  /// What signs the chunks: a key, and the signature of the request, with which the chain begins.
  static final class Chain {
    private final byte[] key;
    private final String time;
    private final String scope;
    private final boolean trailer;
    private String last;

    Chain(SigV4 seed, String secret, boolean trailer) {
      key = seed.key(secret);
      time = seed.time();
      scope = seed.scope();
      last = seed.signature();
      this.trailer = trailer;
    }

    private void check(String kind, String hashes, String given) {
      String text =
          SigV4.ALGORITHM + "-" + kind + "\n" + time + "\n" + scope + "\n" + last + "\n" + hashes;
      String right = HexFormat.of().formatHex(SigV4.hmac(key, text));
      if (!MessageDigest.isEqual(
          right.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.UTF_8))) {
        throw new S3Refusal(
            S3Code.SignatureDoesNotMatch, "The signature of a chunk is wrong; nothing was stored");
      }
      last = right;
    }
  }

  /// `length` is what the client says the decoded body has.
  AwsChunked(InputStream in, long length, @Nullable Chain chain) {
    this.in = in;
    this.length = length;
    this.chain = chain;
    digest = Checksum.sha256();
  }

  /// What came after the last chunk, by lower-case name; complete once the stream has ended.
  Map<String, String> trailers() {
    return trailers;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (left == 0 && !ended) {
      next();
    }
    if (ended) {
      return -1;
    }
    int got = in.read(bytes, offset, (int) Math.min(count, left));
    if (got < 0) {
      throw cutOff();
    }
    if (chain != null) {
      digest.update(bytes, offset, got);
    }
    left -= got;
    received += got;
    if (left == 0) {
      expectLine("");
      checkChunk();
    }
    return got;
  }

  private void next() throws IOException {
    String line = line();
    int semicolon = line.indexOf(';');
    left = length(semicolon < 0 ? line : line.substring(0, semicolon));
    promised = semicolon < 0 ? "" : signature(line.substring(semicolon + 1));
    begun = true;
    if (left > length - received) {
      throw bad("the chunks hold more than the " + length + " bytes announced");
    }
    if (left == 0) {
      checkChunk();
      end();
    }
  }

  private static long length(String hex) {
    String digits = hex.strip();
    if (digits.isEmpty() || digits.length() > 12) {
      throw bad("'" + shown(digits) + "' is not the length of a chunk");
    }
    try {
      return Long.parseUnsignedLong(digits, 16);
    } catch (NumberFormatException _) {
      throw bad("'" + shown(digits) + "' is not the length of a chunk");
    }
  }

  private static String signature(String extension) {
    String prefix = "chunk-signature=";
    return extension.strip().startsWith(prefix) ? extension.strip().substring(prefix.length()) : "";
  }

  private void checkChunk() {
    if (chain != null && begun) {
      String hash = HexFormat.of().formatHex(digest.digest());
      chain.check("PAYLOAD", EMPTY_HASH + "\n" + hash, promised);
    }
  }

  private void end() throws IOException {
    if (received != length) {
      throw new S3Refusal(
          S3Code.IncompleteBody, "received " + received + " bytes instead of " + length);
    }
    var canonical = new StringBuilder();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 1 || trailers.size() == MAX_TRAILERS) {
        throw bad("what follows the last chunk is not a header");
      }
      String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      trailers.put(name, value);
      if (!name.equals("x-amz-trailer-signature")) {
        canonical.append(name).append(':').append(value).append('\n');
      }
    }
    if (chain != null && chain.trailer) {
      String given = trailers.getOrDefault("x-amz-trailer-signature", "");
      chain.check("TRAILER", SigV4.hash(canonical.toString()), given);
    }
    ended = true;
  }

  private void expectLine(String wanted) throws IOException {
    if (!line().equals(wanted)) {
      throw bad("a chunk is longer than it says");
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        if (line.isEmpty() && begun && left == 0 && received == length && chain == null) {
          return "";
        }
        throw cutOff();
      }
      if (line.length() == MAX_LINE) {
        throw bad("a line is longer than " + MAX_LINE + " bytes");
      }
      line.append((char) c);
    }
    int last = line.length() - 1;
    return last >= 0 && line.charAt(last) == '\r' ? line.substring(0, last) : line.toString();
  }

  private static S3Refusal cutOff() {
    return bad("the body ends in the middle of a chunk");
  }

  private static String shown(String text) {
    return text.length() > 20 ? text.substring(0, 20) + "…" : text;
  }

  private static S3Refusal bad(String why) {
    return new S3Refusal(S3Code.IncompleteBody, "aws-chunked: " + why + "; nothing was stored");
  }
}
