package org.syncyte.hub.xet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XorbTest {
  @TempDir Path root;

  private static Xorb read(byte[] bytes) throws IOException {
    return Xorb.read(new ByteArrayInputStream(bytes), OutputStream.nullOutputStream());
  }

  @Test
  void isNamedByItsChunksAndKeptWithoutFooter() throws IOException {
    var sample = Samples.xorb(Samples.chunks(30, 1));
    var copy = new ByteArrayOutputStream();
    byte[] footed =
        Samples.join(
            List.of(sample.bytes(), "XETBLOB and more".getBytes(StandardCharsets.US_ASCII)));
    var xorb = Xorb.read(new ByteArrayInputStream(footed), copy);
    assertThat(xorb.hash()).isEqualTo(sample.hash());
    assertThat(xorb.size()).isEqualTo(sample.bytes().length);
    assertThat(copy.toByteArray()).isEqualTo(sample.bytes());
  }

  @Test
  void givesSingleChunksFromDisk() throws IOException {
    var sample = Samples.xorb(Samples.chunks(30, 2));
    Path file = Files.write(root.resolve("xorb"), sample.bytes());
    try (var stored = XorbFile.open(file)) {
      assertThat(stored.chunks()).isEqualTo(30);
      for (int i : List.of(29, 0, 17)) {
        assertThat(stored.chunk(i)).isEqualTo(sample.chunks().get(i));
      }
    }
  }

  @Test
  void packingDoesNotChangeTheName() throws IOException {
    byte[] literals = "a tail that is no run".getBytes(StandardCharsets.US_ASCII);
    var content = new byte[1000 + literals.length];
    Arrays.fill(content, 0, 1000, (byte) 7);
    System.arraycopy(literals, 0, content, 1000, literals.length);
    byte[] packed = Samples.lz4(1000, (byte) 7, literals);
    assertThat(packed).hasSizeLessThan(60);
    assertThat(read(Samples.chunk(1, packed, content.length)).hash())
        .isEqualTo(Samples.xorb(List.of(content)).hash());
  }

  @Test
  void regroupedBytesComeBackInOrder() throws IOException {
    var content = new byte[1023];
    new Random(3).nextBytes(content);
    var planes = new ByteArrayOutputStream();
    for (int plane = 0; plane < 4; plane++) {
      for (int i = plane; i < content.length; i += 4) {
        planes.write(content[i]);
      }
    }
    byte[] grouped = planes.toByteArray();
    var run = new byte[40];
    Arrays.fill(run, grouped[0]);
    byte[] packed = Samples.lz4(40, grouped[0], grouped);
    var all = Samples.join(List.of(run, grouped));
    byte[] unpacked = new ChunkHeader(packed.length, 2, all.length).unpack(packed);
    var expected = new byte[all.length];
    int from = 0;
    for (int plane = 0; plane < 4; plane++) {
      for (int i = plane; i < expected.length; i += 4) {
        expected[i] = all[from++];
      }
    }
    assertThat(unpacked).isEqualTo(expected);
  }

  @Test
  void refusesNoChunksTooManyAndTooLargeOnes() {
    assertThatThrownBy(() -> read(new byte[0])).isInstanceOf(XetFormatException.class);
    byte[] tiny = Samples.chunk(0, new byte[] {1}, 1);
    var many = new ByteArrayOutputStream();
    for (int i = 0; i <= Xorb.MAX_CHUNKS; i++) {
      many.writeBytes(tiny);
    }
    assertThatThrownBy(() -> read(many.toByteArray())).hasMessageContaining("more than 8192");
    byte[] bomb = Samples.lz4(131_000, (byte) 0, new byte[100]);
    assertThatThrownBy(() -> read(Samples.chunk(1, bomb, 1000)))
        .isInstanceOf(XetFormatException.class);
    assertThatThrownBy(() -> read(Samples.chunk(0, new byte[200_000], 200_000)))
        .isInstanceOf(XetFormatException.class);
  }

  @Test
  void damagedXorbsAreRefusedOrHaveAnotherName() throws IOException {
    byte[] good =
        Samples.join(
            List.of(
                Samples.xorb(Samples.chunks(3, 4)).bytes(),
                Samples.chunk(1, Samples.lz4(500, (byte) 1, new byte[60]), 560),
                Samples.chunk(2, Samples.lz4(5000, (byte) 2, new byte[33]), 5033)));
    var name = read(good).hash();
    var random = new Random(17);
    int refused = 0;
    for (int i = 0; i < 6000; i++) {
      byte[] bad = good.clone();
      int from = random.nextBoolean() ? 0 : good.length - 140;
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        bad[random.nextInt(from, bad.length)] = (byte) random.nextInt(256);
      }
      byte[] sent = random.nextInt(4) == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
      try {
        var read = read(sent);
        assertThat(read.hash().equals(name) && read.chunks().size() != 5).isFalse();
      } catch (XetFormatException _) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(2000);
  }
}
