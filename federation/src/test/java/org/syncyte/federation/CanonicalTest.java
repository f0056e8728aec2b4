package org.syncyte.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanonicalTest {
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void sortsKeysAndWritesDecimalsAsText() {
    var value = Map.of("b", List.of(1, 0.001, 1e-9f * 0), "a", Map.of("ä", true, "z", "q\"\n"));

    assertThat(text(Canonical.bytes(value)))
        .isEqualTo(
            """
            {"a":{"z":"q\\"\\n","ä":true},"b":[1,"0.001","0"]}\
            """);
  }

  @Test
  void oneValueHasOneForm() {
    byte[] messy = bytes(" { \"y\" : [ 1.50, null ], \"x\" : -7 } ");

    byte[] once = Canonical.bytes(Canonical.parse(messy));

    assertThat(text(once)).isEqualTo("{\"x\":-7,\"y\":[\"1.5\",null]}");
    assertThat(Canonical.bytes(Canonical.parse(once))).isEqualTo(once);
  }

  @Test
  void refusesWhatHasNoSingleMeaning() {
    for (String bad :
        List.of(
            "", "{\"a\":1,\"a\":2}", "1 2", "NaN", "[".repeat(50) + "]".repeat(50), "{'a':1}")) {
      assertThatThrownBy(() -> Canonical.parse(bytes(bad)))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Canonical.bytes(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void survivesHostileBytes() {
    byte[] sample =
        bytes("{\"a\":[1,2.5,\"x\\u00e9\",{\"b\":null}],\"c\":{\"d\":-9223372036854775808}}");
    var random = new Random(2);
    for (int i = 0; i < 5000; i++) {
      byte[] mutated = Arrays.copyOf(sample, 1 + random.nextInt(sample.length));
      mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      try {
        Canonical.bytes(Canonical.parse(mutated));
      } catch (IllegalArgumentException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
  }
}
