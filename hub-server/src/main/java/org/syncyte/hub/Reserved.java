package org.syncyte.hub;

import java.util.Locale;
import java.util.Set;

/// First parts of addresses that the hub needs for itself; nobody and nothing can be called so.
public final class Reserved {
  private static final Set<String> NAMES =
      Set.of(
          "api",
          "assets",
          "q",
          "datasets",
          "spaces",
          "models",
          "xet",
          "_xet",
          "s3",
          "_lfs",
          "about",
          "docs",
          "login",
          "logout",
          "settings",
          "new",
          "organizations",
          "join",
          "search",
          "federations",
          "collections",
          "coverage");

  private Reserved() {}

  public static boolean contains(String name) {
    return NAMES.contains(name.toLowerCase(Locale.ROOT));
  }
}
