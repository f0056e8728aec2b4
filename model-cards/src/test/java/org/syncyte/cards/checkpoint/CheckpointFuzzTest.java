package org.syncyte.cards.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.Fuzz;

/// Seeded mutations of real files. Whatever the bytes, a reader returns or throws
/// `CheckpointException`; nothing else, soon, and with little memory.
final class CheckpointFuzzTest {
  /// What a reader may allocate beside four times its input.
  private static final long CONSTANT = 2 << 20;

  private static final int[] INTERESTING = {
    0, 1, 2, 127, 128, 255, '.', '(', 'R', 'b', 'Q', 'c', 'q', 'h', 't', 'u', 'e', 0x81, 0x93
  };

  @Test
  void archivesEndInAModelOrTheDeclaredException() {
    fuzz("archive 2.13", Fixtures.bytes("scvi-torch2.13-pandas3.pt"), 3_000, TorchArchive::read);
    fuzz("archive 1.13", Fixtures.bytes("scvi-torch1.13.pt"), 1_000, TorchArchive::read);
  }

  @Test
  void picklesEndInAModelOrTheDeclaredException() throws IOException {
    for (var name :
        List.of("scvi-torch1.13.pt", "scvi-torch2.13-pandas3.pt", "scvi133-scanvi.pt")) {
      var archive = ZipArchive.open(Source.of(Fixtures.bytes(name)));
      var folder = TorchArchive.folder(archive);
      var buffer = archive.read(folder + "data.pkl");
      var pickle = new byte[buffer.remaining()];
      buffer.get(pickle);
      var storages = new ArrayList<byte[]>();
      for (int i = 0; archive.has(folder + "data/" + i); i++) {
        var data = archive.read(folder + "data/" + i);
        var storage = new byte[data.remaining()];
        data.get(storage);
        storages.add(storage);
      }
      fuzz(
          "pickle of " + name,
          pickle,
          4_000,
          mutated -> TorchArchive.read(ArchiveWriter.write(mutated, storages)));
      fuzz("pickle scan of " + name, pickle, 2_000, PickleScan::of);
    }
  }

  @Test
  void safetensorsEndInWeightsOrTheDeclaredException() {
    var bytes = Safetensors.encode(TorchArchive.read(Fixtures.bytes("scvi-torch1.13.pt")).state());
    fuzz("safetensors", bytes, 3_000, Safetensors::read);
    fuzz("safetensors metadata", bytes, 1_000, Safetensors::metadata);
  }

  private static void fuzz(String name, byte[] original, int usual, Consumer<byte[]> reader) {
    var fuzz = Fuzz.bytes(name, CONSTANT, CheckpointException.class);
    int refused =
        fuzz.run(
            usual, round -> mutate(original, new Random(31L * round + name.hashCode())), reader);
    int rounds = Integer.getInteger("syncyte.fuzz", usual);
    assertThat(refused).isBetween(rounds / 50, rounds - rounds / 500);
  }

  private static byte[] mutate(byte[] original, Random random) {
    var bytes = original.clone();
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) INTERESTING[random.nextInt(INTERESTING.length)];
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 3 -> {
          int length = Math.min(random.nextInt(64), bytes.length - at);
          System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length + 1), length);
        }
        case 4 -> {
          for (int i = at; i < Math.min(at + 4, bytes.length); i++) {
            bytes[i] = (byte) (random.nextBoolean() ? 0xff : random.nextInt(256));
          }
        }
        default -> {
          int length = Math.min(1 + random.nextInt(16), bytes.length - at);
          var shorter = new byte[Math.max(1, bytes.length - length)];
          System.arraycopy(bytes, 0, shorter, 0, Math.min(at, shorter.length));
          System.arraycopy(
              bytes,
              at + length,
              shorter,
              at,
              Math.max(0, Math.min(shorter.length - at, bytes.length - at - length)));
          bytes = shorter;
        }
      }
    }
    return bytes;
  }
}
