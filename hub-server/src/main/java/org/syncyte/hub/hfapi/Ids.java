package org.syncyte.hub.hfapi;

/// Numbers as the 24 hex digits that clients expect in `_id`.
final class Ids {
  private Ids() {}

  static String hex(long key) {
    return "%024x".formatted(key);
  }
}
