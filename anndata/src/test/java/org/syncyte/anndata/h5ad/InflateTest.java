package org.syncyte.anndata.h5ad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class InflateTest {
  private final Inflate best = Inflate.best();
  private final Inflate plain = Inflate.plain();
  private final Random random = new Random(7);

  private byte[] text(int length) {
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(9) : i % 4);
    }
    return bytes;
  }

  private static byte[] deflated(byte[] bytes, int level) {
    try (var deflater = new Deflater(level)) {
      deflater.setInput(bytes);
      deflater.finish();
      var out = new byte[bytes.length + 1024];
      return Arrays.copyOf(out, deflater.deflate(out));
    }
  }

  @Test
  void bothLibrariesGiveTheSameBytesUpToAnyLimit() throws DataFormatException {
    for (int level : new int[] {0, 1, 4, 9}) {
      var bytes = text(70_000);
      var stream = deflated(bytes, level);
      for (int limit : new int[] {0, 1, 333, 65_536, 69_999, 70_000}) {
        for (var inflate : new Inflate[] {best, plain}) {
          var target = new byte[70_000];
          assertThat(inflate.zlib(ByteBuffer.wrap(stream), target, limit)).isEqualTo(limit);
          assertThat(Arrays.copyOf(target, limit)).isEqualTo(Arrays.copyOf(bytes, limit));
        }
      }
    }
  }

  @Test
  void aCutStreamGivesFewerBytes() throws DataFormatException {
    var stream = Arrays.copyOf(deflated(text(50_000), 4), 2_000);
    for (var inflate : new Inflate[] {best, plain}) {
      assertThat(inflate.zlib(ByteBuffer.wrap(stream), new byte[50_000], 50_000))
          .isBetween(1, 49_999);
    }
  }

  @Test
  void refusesWhatIsNoZlibStream() {
    for (var inflate : new Inflate[] {best, plain}) {
      assertThatThrownBy(
              () -> inflate.zlib(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), new byte[9], 9))
          .isInstanceOf(DataFormatException.class);
    }
  }

  @Test
  void mutatedStreamsNeverWriteBeyondTheLimitAndFailInOneWay() throws DataFormatException {
    var stream = deflated(text(40_000), 4);
    for (int trial = 0; trial < 5_000; trial++) {
      var mutated = stream.clone();
      for (int k = random.nextInt(4); k >= 0; k--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      int limit = 1 + random.nextInt(40_000);
      var target = new byte[limit + 64];
      Arrays.fill(target, limit, target.length, (byte) 77);
      try {
        assertThat(best.zlib(ByteBuffer.wrap(mutated), target, limit)).isBetween(0, limit);
      } catch (DataFormatException _) {
        // the one way
      }
      for (int i = limit; i < target.length; i++) {
        assertThat(target[i]).isEqualTo((byte) 77);
      }
    }
  }
}
