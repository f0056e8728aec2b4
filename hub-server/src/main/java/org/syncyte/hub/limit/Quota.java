package org.syncyte.hub.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/// Counts requests in fixed windows, one for each caller, that begin with the caller's first
/// request.
final class Quota {
  private final long requests;
  private final Duration window;
  private final Clock clock;
  private final Cache<String, Count> counts;

  private record Count(Instant until, AtomicLong made) {}

  /// What is left after a request, and for how many seconds that is all. A refused request has
  /// `left` below zero.
  record Rest(long left, long seconds) {
    boolean refused() {
      return left < 0;
    }
  }

  Quota(long requests, Duration window, Clock clock) {
    this.requests = requests;
    this.window = window;
    this.clock = clock;
    this.counts = Caffeine.newBuilder().expireAfterWrite(window).maximumSize(200_000).build();
  }

  /// Counts one request of this caller.
  Rest take(String caller) {
    var now = clock.instant();
    var count =
        counts
            .asMap()
            .compute(
                caller,
                (_, known) ->
                    known == null || !known.until().isAfter(now)
                        ? new Count(now.plus(window), new AtomicLong())
                        : known);
    long left = requests - count.made().incrementAndGet();
    long seconds = Math.max(1, Math.ceilDiv(Duration.between(now, count.until()).toMillis(), 1000));
    return new Rest(left, seconds);
  }
}
