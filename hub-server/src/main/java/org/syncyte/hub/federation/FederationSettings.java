package org.syncyte.hub.federation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// The overview of public federated runs.
@ConfigMapping(prefix = "syncyte.hub.federations")
interface FederationSettings {
  /// A run is called stale after so long without a word from its coordinator, which reports every
  /// two minutes even if nothing changes.
  @WithDefault("PT10M")
  Duration stale();

  /// How often listeners get a sign of life, and stale runs are looked for.
  @WithDefault("15s")
  String pulse();

  /// How many may listen at the same time; the next one is asked to come later.
  @WithDefault("1000")
  int listeners();
}
