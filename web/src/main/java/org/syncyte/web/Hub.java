package org.syncyte.web;

/// What every page says about the hub it belongs to.
///
/// @param name shown in the page title
/// @param endpoint address that clients use, without a trailing slash
public record Hub(String name, String endpoint) {
  public String asset(String file) {
    return Assets.href(file);
  }
}
