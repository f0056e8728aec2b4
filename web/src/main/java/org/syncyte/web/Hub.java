package org.syncyte.web;

import org.jspecify.annotations.Nullable;

/// What every page says about the hub it belongs to, and to whom.
///
/// @param name shown in the page title
/// @param endpoint address that clients use, without a trailing slash
/// @param visitor who is signed in, or null
public record Hub(String name, String endpoint, @Nullable Visitor visitor) {
  public Hub(String name, String endpoint) {
    this(name, endpoint, null);
  }

  /// Who is signed in.
  ///
  /// @param form what their forms carry to show that they come from here
  public record Visitor(String name, String form) {}

  public String asset(String file) {
    return Assets.href(file);
  }

  /// What the forms carry, empty if nobody is signed in.
  public String form() {
    return visitor == null ? "" : visitor.form();
  }
}
