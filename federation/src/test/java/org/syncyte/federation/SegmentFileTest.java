package org.syncyte.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentFileTest {
  private static final byte[] SAMPLE =
      SegmentFile.empty()
          .with("n", new long[] {3})
          .with("clip", new double[] {0.5, -1, Double.MAX_VALUE})
          .with("scale", new int[] {-1, 7})
          .with("w", new float[] {})
          .encode();

  @Test
  void holdsWhatWasPut() {
    var file = SegmentFile.decode(SAMPLE);

    assertThat(file.names()).containsExactly("n", "clip", "scale", "w");
    assertThat(file.longs("n")).containsExactly(3);
    assertThat(file.doubles("clip")).containsExactly(0.5, -1, Double.MAX_VALUE);
    assertThat(file.ints("scale")).containsExactly(-1, 7);
    assertThat(file.floats("w")).isEmpty();
    assertThat(file.encode()).isEqualTo(SAMPLE);
  }

  @Test
  void laysBytesOutAsDocumented() {
    byte[] bytes = SegmentFile.empty().with("a", new long[] {258}).encode();
    String header =
        """
        {"segments":[{"dtype":"I64","length":1,"name":"a","offset":0}],"version":1}\
        """;

    assertThat(bytes[0]).isEqualTo((byte) header.length());
    assertThat(new String(bytes, 8, header.length(), StandardCharsets.UTF_8)).isEqualTo(header);
    assertThat(bytes).hasSize(8 + header.length() + 8).endsWith(2, 1, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void namesTheTypeThatIsThere() {
    assertThatThrownBy(() -> SegmentFile.decode(SAMPLE).longs("clip"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("F64");
  }

  @Test
  void survivesHostileBytes() {
    var random = new Random(1);
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = SAMPLE.clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      if (random.nextBoolean()) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
      }
      try {
        SegmentFile.decode(bytes).encode();
      } catch (IllegalArgumentException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
  }
}
