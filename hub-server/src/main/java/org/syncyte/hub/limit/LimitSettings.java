package org.syncyte.hub.limit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How many requests one caller may make.
@ConfigMapping(prefix = "syncyte.hub.rate-limit")
public interface LimitSettings {
  /// Requests per window; 0 sets no limit.
  @WithDefault("0")
  int requests();

  /// The length of a window.
  @WithDefault("PT5M")
  Duration window();
}
