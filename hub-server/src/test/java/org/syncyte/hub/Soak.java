package org.syncyte.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Feeds a reader damaged copies of a good input: flipped, cut, doubled, spliced, and with lengths
/// overwritten by the extremes. Whatever the bytes, the reader returns or refuses as declared,
/// soon, and without allocating more than four times the input beside a constant.
///
/// `-Dsyncyte.fuzz=100000` sets how many copies; the checked build makes do with fewer.
public final class Soak {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long CONSTANT = 1 << 20;
  private static final long SLOWEST_NANOS = 5_000_000_000L;
  private static final int[] EXTREMES = {0, 1, 0x7f, 0x80, 0xff};

  private Soak() {}

  public static int rounds(int usual) {
    return Integer.getInteger("syncyte.fuzz", usual);
  }

  /// What reads the bytes; throws what it declares.
  public interface Reader {
    void read(byte[] bytes) throws Exception;
  }

  /// Runs the reader and prints one line; fails with seed and round at the first surprise. A reader
  /// that hangs fails the test with its stack, it does not hold it up.
  public static void run(
      String name, byte[] good, int rounds, Reader reader, Predicate<Throwable> declared) {
    attempt(name, -1, good, reader, declared);
    var soak = new Progress();
    var worker =
        Thread.ofPlatform()
            .name("fuzz " + name)
            .daemon()
            .start(() -> soak.run(name, good, rounds, reader, declared));
    try {
      while (!worker.join(Duration.ofMillis(200))) {
        if (System.nanoTime() - soak.begun > SLOWEST_NANOS) {
          throw new AssertionError(
              "%s, round %d: still reading at%n%s"
                  .formatted(name, soak.round, Arrays.toString(worker.getStackTrace())));
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stop);
    }
    var failure = soak.failure;
    if (failure != null) {
      throw new AssertionError(name, failure);
    }
    System.out.printf(
        "fuzz %s: %d inputs, %d refused, slowest %d ms, at most %d KiB beyond four times the"
            + " input%n",
        name, rounds, soak.refused, soak.slowest / 1_000_000, Math.max(0, soak.most) / 1024);
    assertThat(soak.refused).as(name + ": refused").isGreaterThan(rounds / 50);
  }

  private static final class Progress {
    private volatile long begun = System.nanoTime();
    private volatile int round;
    private volatile @Nullable Throwable failure;
    private int refused;
    private long most;
    private long slowest;

    private void run(
        String name, byte[] good, int rounds, Reader reader, Predicate<Throwable> declared) {
      try {
        for (int i = 0; i < rounds; i++) {
          round = i;
          byte[] bytes = mutate(good, new Random(31L * i + name.hashCode()));
          long allocated = THREADS.getCurrentThreadAllocatedBytes();
          begun = System.nanoTime();
          refused += attempt(name, i, bytes, reader, declared) ? 0 : 1;
          slowest = Math.max(slowest, System.nanoTime() - begun);
          long extra =
              THREADS.getCurrentThreadAllocatedBytes() - allocated - 4L * bytes.length - CONSTANT;
          assertThat(extra).as("%s, round %d: bytes beyond the bound", name, i).isNotPositive();
          most = Math.max(most, extra + CONSTANT);
        }
      } catch (Throwable surprise) {
        failure = surprise;
      }
    }
  }

  private static boolean attempt(
      String name, int round, byte[] bytes, Reader reader, Predicate<Throwable> declared) {
    try {
      reader.read(bytes);
      return true;
    } catch (Throwable failure) {
      if (!declared.test(failure)) {
        throw new AssertionError(name + ", round " + round, failure);
      }
      return false;
    }
  }

  static byte[] mutate(byte[] good, Random random) {
    byte[] bytes = good.clone();
    for (int edits = 1 + random.nextInt(4); edits > 0 && bytes.length > 0; edits--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> {
          int extreme = EXTREMES[random.nextInt(EXTREMES.length)];
          Arrays.fill(
              bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), (byte) extreme);
        }
        case 4 -> {
          int length = Math.min(1 + random.nextInt(200), bytes.length - at);
          bytes = splice(bytes, at, Arrays.copyOfRange(bytes, at, at + length), at);
        }
        default -> {
          int length = Math.min(1 + random.nextInt(50), bytes.length - at);
          bytes = splice(bytes, at, new byte[0], at + length);
        }
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int until, byte[] between, int from) {
    var out = new ByteArrayOutputStream(bytes.length + between.length);
    out.write(bytes, 0, until);
    out.writeBytes(between);
    out.write(bytes, from, bytes.length - from);
    return out.toByteArray();
  }
}
