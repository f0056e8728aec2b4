package org.syncyte.hub.s3;

import io.vertx.core.MultiMap;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.Soak;

/// Damaged bodies, lists and signatures end in content or in a refusal.
class S3FuzzTest {
  private static void run(String name, String good, Soak.Reader reader) {
    Soak.run(
        name,
        good.getBytes(StandardCharsets.UTF_8),
        Soak.rounds(5_000),
        reader,
        failure -> failure instanceof S3Refusal);
  }

  @Test
  void chunkedBodies() {
    String good =
        "a\r\n0123456789\r\n40\r\n"
            + "x".repeat(64)
            + "\r\n5\r\nabcde\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    run(
        "aws-chunked",
        good,
        bytes -> {
          long length =
              new AwsChunked(new ByteArrayInputStream(bytes), 79, null)
                  .transferTo(java.io.OutputStream.nullOutputStream());
          if (length != 79) {
            throw new AssertionError("decoded " + length + " bytes instead of 79");
          }
        });
  }

  @Test
  void lists() {
    run(
        "delete list",
        "<?xml version=\"1.0\"?><Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            + "<Object><Key>a/b&amp;c</Key></Object><Object><Key><![CDATA[x]]></Key></Object>"
            + "</Delete>",
        bytes -> Xml.items(new ByteArrayInputStream(bytes), "Object"));
  }

  @Test
  void signatures() {
    run(
        "signature",
        "AWS4-HMAC-SHA256 Credential=17/20130524/us-east-1/s3/aws4_request,"
            + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        bytes -> {
          var headers =
              MultiMap.caseInsensitiveMultiMap()
                  .add("x-amz-date", "20130524T000000Z")
                  .add("Authorization", new String(bytes, StandardCharsets.ISO_8859_1));
          var request = S3Request.of("GET", "/s3/a/b/c", headers, "host");
          var signature = SigV4.of(request);
          if (signature != null) {
            signature.check(request, "secret", SigV4.UNSIGNED, Instant.EPOCH);
          }
        });
  }
}
