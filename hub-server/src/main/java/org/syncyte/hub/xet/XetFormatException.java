package org.syncyte.hub.xet;

/// Bytes that are not the xorb or shard they claim to be.
final class XetFormatException extends IllegalArgumentException {
  XetFormatException(String message) {
    super(message);
  }
}
