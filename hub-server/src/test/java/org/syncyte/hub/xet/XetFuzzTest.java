package org.syncyte.hub.xet;

import org.junit.jupiter.api.Test;
import org.syncyte.hub.Soak;

/// Damaged shards end in a shard or in the declared exception.
class XetFuzzTest {
  @Test
  void shards() {
    var xorb = new XetHash(11, 12, 13, 14);
    byte[] good =
        Samples.shard(
            "0123456789abcdef".repeat(4),
            new Shard.Segment(xorb, 4_000_000_000L, 0, 7),
            new Shard.Segment(xorb, 5, 8191, 8192),
            new Shard.Segment(new XetHash(1, 1, 1, 1), 70_000, 3, 9));
    Soak.run(
        "shard",
        good,
        Soak.rounds(10_000),
        Shard::parse,
        failure -> failure instanceof XetFormatException);
  }
}
