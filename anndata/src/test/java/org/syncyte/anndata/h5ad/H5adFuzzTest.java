package org.syncyte.anndata.h5ad;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class H5adFuzzTest {
  private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 600);
  private static final long SEED = Long.getLong("fuzz.seed", 11);
  private static final long MOST_BYTES = 200L << 20;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"csr-gzip", "latest-shuffle", "new-forms", "old-0.7"})
  void damageGivesOnlyItsOwnException(String name) throws Exception {
    var bytes = Files.readAllBytes(Samples.path(name));
    var random = new Random(SEED);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      var damaged = bytes.clone();
      for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
        int at = random.nextInt(damaged.length);
        switch (random.nextInt(4)) {
          case 0 -> damaged[at] = (byte) random.nextInt(256);
          case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
          case 2 -> {
            for (int i = at; i < Math.min(damaged.length, at + 8); i++) {
              damaged[i] = (byte) 0xff;
            }
          }
          default -> {
            if (at + 8 < damaged.length) {
              java.nio.ByteBuffer.wrap(damaged)
                  .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                  .putInt(at, random.nextInt(1 << 30));
            }
          }
        }
      }
      refused += refuses(damaged, name + " round " + round) ? 1 : 0;
    }
    assertThat(refused).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"csr-gzip", "latest-shuffle", "minified"})
  void refusesTruncatedFiles(String name) throws Exception {
    var bytes = Files.readAllBytes(Samples.path(name));
    var random = new Random(12);
    for (int round = 0; round < 60; round++) {
      int length = random.nextInt(bytes.length * 9 / 10);
      var cut = java.util.Arrays.copyOf(bytes, length);
      assertThat(refuses(cut, name + " cut at " + length)).as("cut at %d", length).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hostile-indptr", "hostile-nnz", "hostile-dense", "hostile-text", "hostile-cycle"})
  void refusesHostileSizesWithoutAllocatingThem(String name) throws Exception {
    assertThat(refuses(Files.readAllBytes(Samples.path(name)), name)).isTrue();
  }

  private boolean refuses(byte[] bytes, String what) throws Exception {
    var file = folder.resolve("fuzz.h5ad");
    Files.write(file, bytes);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    boolean refused = false;
    try (var data = H5ad.open(file)) {
      var x = data.x();
      if (x != null && x.rows() > 0) {
        x.rows(new int[] {x.rows() - 1, 0});
        x.toCsr();
      }
    } catch (H5adException e) {
      refused = true;
      assertThat(e).hasMessageContaining("fuzz.h5ad");
    } catch (Throwable e) {
      throw new AssertionError(what, e);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).as(what).isLessThan(MOST_BYTES);
    return refused;
  }
}
