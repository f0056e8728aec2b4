package org.syncyte.hub.hfapi;

import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Numbers as the 24 hex digits that clients expect in `_id`.
final class Ids {
  private Ids() {}

  /// The number in such digits.
  static long number(String hex) {
    try {
      return Long.parseLong(hex, 16);
    } catch (NumberFormatException bad) {
      throw new HubException(ErrorCode.NOT_FOUND, "No such id: " + hex, bad);
    }
  }

  static String hex(long key) {
    return "%024x".formatted(key);
  }
}
