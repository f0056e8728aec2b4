package org.syncyte.hub.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The documented example of a body in signed chunks, 66560 times `a`, and what must not pass.
class AwsChunkedTest {
  private static final int SIZE = 66_560;
  private static final String SEED =
      "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  private static final String BODY =
      "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
          + "a".repeat(65_536)
          + "\r\n400;chunk-signature="
          + "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
          + "a".repeat(1024)
          + "\r\n0;chunk-signature="
          + "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";

  private static AwsChunked.Chain chain() {
    var seed =
        new SigV4(
            "AKIAIOSFODNN7EXAMPLE",
            "20130524/us-east-1/s3/aws4_request",
            "20130524",
            "us-east-1",
            "20130524T000000Z",
            List.of("host"),
            SEED,
            Duration.ZERO);
    return new AwsChunked.Chain(seed, SigV4Test.SECRET, false);
  }

  private static AwsChunked decode(byte[] body, long length, AwsChunked.@Nullable Chain chain) {
    return new AwsChunked(new ByteArrayInputStream(body), length, chain);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void acceptsTheDocumentedChunks() throws IOException {
    assertThat(decode(ascii(BODY), SIZE, chain()).readAllBytes())
        .hasSize(SIZE)
        .containsOnly((byte) 'a');
  }

  @Test
  void refusesChangedDroppedAndMovedChunks() {
    int second = BODY.indexOf("400;");
    int last = BODY.indexOf("0;chunk", second + 10);
    var bad =
        List.of(
            BODY.replaceFirst("aaaa", "aaba"),
            BODY.substring(0, second) + BODY.substring(last),
            BODY.substring(second, last) + BODY.substring(0, second) + BODY.substring(last),
            BODY.substring(0, last),
            BODY.replace("b6c6", "b6c7"));
    for (String body : bad) {
      assertThatThrownBy(() -> decode(ascii(body), SIZE, chain()).readAllBytes())
          .isInstanceOf(S3Refusal.class);
    }
  }

  @Test
  void keepsTrailersOfAnUnsignedBody() throws IOException {
    String body = "3\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32:hYfYZQ==\r\n\r\n";
    var chunked = decode(ascii(body), 5, null);
    assertThat(chunked.readAllBytes()).asString().isEqualTo("abcde");
    assertThat(chunked.trailers()).containsEntry("x-amz-checksum-crc32", "hYfYZQ==");
    var crc = Checksum.CRC32.start();
    crc.update(ascii("abcde"), 0, 5);
    assertThat(crc.text()).isEqualTo("hYfYZQ==");
  }

  @Test
  void knowsTheCheckValuesOfEachSum() {
    byte[] digits = ascii("123456789");
    assertThat(hex(Checksum.CRC32, digits)).isEqualTo("cbf43926");
    assertThat(hex(Checksum.CRC32C, digits)).isEqualTo("e3069283");
    assertThat(hex(Checksum.CRC64NVME, digits)).isEqualTo("ae8b14860a799888");
  }

  private static String hex(Checksum kind, byte[] bytes) {
    var sum = kind.start();
    sum.update(bytes, 0, bytes.length);
    return java.util.HexFormat.of().formatHex(sum.value());
  }

  /// Whatever a body's bytes are, it decodes to the announced length or is refused.
  @Test
  void mutatedBodiesAreRefusedOrDecoded() throws IOException {
    String text = "a\r\n0123456789\r\n5\r\nabcde\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    for (int i = 0; i < 5000; i++) {
      var random = new Random(i);
      byte[] body = ascii(text);
      for (int change = random.nextInt(3); change >= 0; change--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      int end = random.nextInt(4) == 0 ? random.nextInt(body.length) : body.length;
      try {
        byte[] decoded = decode(java.util.Arrays.copyOf(body, end), 15, null).readAllBytes();
        assertThat(decoded).hasSize(15);
      } catch (S3Refusal refusal) {
        assertThat(refusal.code()).isEqualTo(S3Code.IncompleteBody);
      }
    }
  }
}
