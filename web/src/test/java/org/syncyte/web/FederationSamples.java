package org.syncyte.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs of federations as a hub would fill them.
final class FederationSamples {
  private FederationSamples() {}

  static FederationsPage runs() {
    return new FederationsPage(
        Samples.HUB,
        List.of(
            run("lung-7", "running", "round 12 of 40; 2 of 5 sites have answered", 11, 40, null),
            run(
                "gut-2",
                "stale",
                "no word from its coordinator since 24 Nov 2026, 20:02 UTC",
                3,
                40,
                null),
            run("pbmc-1", "completed", "20 of 20 rounds, published", 20, 20, "demo/pbmc-scvi"),
            run("liver", "failed", "ended after 0 of 30 rounds", 0, 30, null)),
        new Paging(1, 4, 4, null, null),
        17);
  }

  static FederationsPage none() {
    return new FederationsPage(Samples.HUB, List.of(), new Paging(0, 0, 0, null, null), 0);
  }

  private static FederationsPage.Run run(
      String name, String state, String status, int committed, int rounds, @Nullable String repo) {
    var losses = new ArrayList<Double>();
    for (int i = 0; i < committed; i++) {
      losses.add(i == 4 ? Double.NaN : 800 + 900 / (1.0 + i));
    }
    return new FederationsPage.Run(
        "demo",
        name,
        "SCVI",
        state,
        status,
        committed,
        rounds,
        3,
        name.equals("gut-2") ? List.of() : List.of("site-5p", "site-v2", "site-v3"),
        losses,
        repo,
        Samples.NOW.minus(Duration.ofHours(2)),
        Samples.NOW);
  }
}
