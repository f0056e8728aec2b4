package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signal 9 in the middle of each kind of write. `-Dsyncyte.kills=50` makes it fifty of each,
/// `-Dsyncyte.kills.of=COMMIT` of this one only; the checked build makes do with one of each.
final class HubKilledTest {
  private static final int ROUNDS = Integer.getInteger("syncyte.kills", 1);

  @Test
  void nothingIsLostHalfOrDangling(@TempDir Path work) throws Exception {
    int interrupted = 0;
    try (var hub =
        HubProcess.start(
            work.resolve("hub"),
            "-Dsyncyte.hub.limits.multipart-from=1000000",
            "-Dsyncyte.hub.limits.part-size=1000000")) {
      for (var moment : moments()) {
        var kills = new HubKills(hub, moment, ROUNDS);
        for (int round = 0; round < ROUNDS; round++) {
          kills.round(round);
        }
        interrupted += kills.interrupted();
        System.out.printf("%s: %d of %d before the answer%n", moment, kills.interrupted(), ROUNDS);
      }
    }
    assertThat(interrupted).as("kills that hit a running write").isPositive();
  }

  private static Set<HubKills.Moment> moments() {
    String one = System.getProperty("syncyte.kills.of");
    return one == null
        ? EnumSet.allOf(HubKills.Moment.class)
        : EnumSet.of(HubKills.Moment.valueOf(one));
  }
}
