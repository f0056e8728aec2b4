package org.syncyte.hub.hfapi;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Booleans in queries: `True`, `true` and `1` are on.
final class Flags {
  private Flags() {}

  static boolean on(@Nullable String value) {
    return value != null && (value.equals("1") || value.toLowerCase(Locale.ROOT).equals("true"));
  }
}
