package org.syncyte.cards;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Feeds a reader one damaged input after another. Each must end in a result or in the declared
/// exception, within [#LIMIT], and with at most four times the input allocated beside a constant. A
/// reader that hangs fails the test with its stack, it does not hold it up.
///
/// `-Dsyncyte.fuzz=100000` sets how many inputs; the checked build makes do with fewer.
///
/// @param name for messages
/// @param size of an input in bytes
/// @param constant what a reader may allocate beside four times its input
/// @param declared whether this is how the reader refuses
public record Fuzz<T>(
    String name, ToLongFunction<T> size, long constant, Predicate<Throwable> declared) {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// Bytes, whose reader refuses them with this exception.
  public static Fuzz<byte[]> bytes(String name, long constant, Class<? extends Throwable> refusal) {
    return new Fuzz<>(name, bytes -> bytes.length, constant, refusal::isInstance);
  }

  /// Texts; in memory a character takes up to two bytes.
  public static Fuzz<String> texts(String name, long constant, Class<? extends Throwable> refusal) {
    return new Fuzz<>(name, text -> 2L * text.length(), constant, refusal::isInstance);
  }

  /// Makes and reads the inputs; returns how many were refused.
  public int run(int usual, IntFunction<T> inputs, Consumer<T> reader) {
    int rounds = Integer.getInteger("syncyte.fuzz", usual);
    var tally = new Tally();
    var worker =
        Thread.ofPlatform()
            .name("fuzz " + name)
            .daemon()
            .start(() -> tally.read(rounds, inputs, reader));
    try {
      while (!worker.join(Duration.ofMillis(200))) {
        long running = System.nanoTime() - tally.begun.get();
        if (running > LIMIT.toNanos()) {
          throw new AssertionError(
              "%s, round %d: still reading after %s at%n%s"
                  .formatted(name, tally.round, LIMIT, Arrays.toString(worker.getStackTrace())));
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stop);
    }
    var failure = tally.failure.get();
    if (failure != null) {
      throw new AssertionError("%s, round %d".formatted(name, tally.round), failure);
    }
    System.out.printf(
        "fuzz %s: %d inputs, %d refused, slowest %d ms, at most %d KiB beyond four times the input%n",
        name, rounds, tally.refused, tally.slowest / 1_000_000, Math.max(0, tally.most) / 1024);
    return tally.refused;
  }

  private final class Tally {
    private final AtomicLong begun = new AtomicLong(Long.MAX_VALUE);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile int round;
    private volatile int refused;
    private volatile long slowest;
    private volatile long most = Long.MIN_VALUE;

    private void read(int rounds, IntFunction<T> inputs, Consumer<T> reader) {
      try {
        int no = 0;
        // Classes are loaded once, and not for an input.
        begun.set(System.nanoTime());
        refuses(reader, inputs.apply(0));
        for (int i = 0; i < rounds; i++) {
          round = i;
          var input = inputs.apply(i);
          long allocated = THREADS.getCurrentThreadAllocatedBytes();
          long start = System.nanoTime();
          begun.set(start);
          no += refuses(reader, input) ? 1 : 0;
          slowest = Math.max(slowest, System.nanoTime() - start);
          begun.set(Long.MAX_VALUE);
          long extra =
              THREADS.getCurrentThreadAllocatedBytes() - allocated - 4 * size.applyAsLong(input);
          assertThat(extra).as("bytes beyond four times the input").isLessThan(constant);
          most = Math.max(most, extra);
          refused = no;
        }
      } catch (Throwable surprise) {
        failure.set(surprise);
      }
    }

    private boolean refuses(Consumer<T> reader, T input) {
      try {
        reader.accept(input);
        return false;
      } catch (Throwable thrown) {
        if (!declared.test(thrown)) {
          throw thrown;
        }
        assertThat(thrown.getMessage()).isNotBlank();
        return true;
      }
    }
  }
}
