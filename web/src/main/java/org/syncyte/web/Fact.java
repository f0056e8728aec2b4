package org.syncyte.web;

import org.jspecify.annotations.Nullable;

/// One key fact: `2,860` `cells`.
///
/// @param label what is counted or named
/// @param value text to show; null shows a dash
/// @param note small text beneath, or null
public record Fact(String label, @Nullable String value, @Nullable String note) {
  public static Fact of(String label, @Nullable String value) {
    return new Fact(label, value, null);
  }

  public static Fact count(String label, @Nullable Long n) {
    return of(label, n == null ? null : Figures.count(n));
  }

  public String text() {
    return value == null ? "–" : value;
  }
}
