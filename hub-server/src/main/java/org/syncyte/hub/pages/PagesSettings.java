package org.syncyte.hub.pages;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// How the pages look to an operator.
@ConfigMapping(prefix = "syncyte.hub.pages")
public interface PagesSettings {
  /// The hub's name, in the corner of each page.
  @WithDefault("Syncyte")
  String name();

  /// Models on one page of a list.
  @WithDefault("25")
  int models();
}
