package org.syncyte.hub.xet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShardTest {
  private static final XetHash XORB = new XetHash(11, 12, 13, 14);
  private static final String SHA = "0123456789abcdef".repeat(4);

  private static byte[] sample() {
    return Samples.shard(
        SHA, new Shard.Segment(XORB, 4_000_000_000L, 0, 7), new Shard.Segment(XORB, 5, 8191, 8192));
  }

  @Test
  void givesFilesWithTheirPartsAndTheirSha256() {
    var shard = Shard.parse(sample());
    assertThat(shard.files()).hasSize(1);
    var file = shard.files().getFirst();
    assertThat(file.sha256()).isEqualTo(SHA);
    assertThat(file.length()).isEqualTo(4_000_000_005L);
    assertThat(file.segments().getLast()).isEqualTo(new Shard.Segment(XORB, 5, 8191, 8192));
    assertThat(shard.xorbs()).containsExactly(XORB);
  }

  @Test
  void everyCutIsRefused() {
    byte[] good = sample();
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> Shard.parse(cut)).isInstanceOf(XetFormatException.class);
    }
    assertThat(Shard.parse(Arrays.copyOf(good, good.length + 200)).files())
        .as("a footer is ignored")
        .hasSize(1);
  }

  @Test
  void countsBeyondTheBytesAreRefused() {
    byte[] bad = sample();
    for (int i = 0; i < 4; i++) {
      bad[48 + 36 + i] = (byte) 0xff;
    }
    assertThatThrownBy(() -> Shard.parse(bad)).hasMessageContaining("cut off");
  }

  @Test
  void emptyAndImpossibleRangesAreRefused() {
    assertThatThrownBy(() -> Shard.parse(Samples.shard(SHA, new Shard.Segment(XORB, 1, 3, 3))))
        .isInstanceOf(XetFormatException.class);
    assertThatThrownBy(() -> Shard.parse(Samples.shard(SHA, new Shard.Segment(XORB, 1, 0, 8193))))
        .isInstanceOf(XetFormatException.class);
    assertThatThrownBy(() -> Shard.parse(Samples.shard(SHA, new Shard.Segment(XORB, 1, -1, 2))))
        .isInstanceOf(XetFormatException.class);
  }

  @Test
  void damagedShardsAreRefusedAndNothingElse() {
    byte[] good = sample();
    var random = new Random(23);
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] bad = good.clone();
      for (int n = random.nextInt(1, 6); n > 0; n--) {
        bad[random.nextInt(bad.length)] =
            (byte) (random.nextBoolean() ? 0xff : random.nextInt(256));
      }
      byte[] sent = random.nextInt(4) == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
      try {
        assertThat(Shard.parse(sent).files()).hasSizeLessThan(20);
      } catch (XetFormatException _) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(3000);
  }
}
