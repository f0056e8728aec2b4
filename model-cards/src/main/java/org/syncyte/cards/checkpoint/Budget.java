package org.syncyte.cards.checkpoint;

/// How much memory a file may still claim. A small file cannot declare large content: every copy
/// and every array is paid for before it is made.
final class Budget {
  private final long limit;
  private long left;

  Budget(long limit) {
    this.limit = limit;
    this.left = limit;
  }

  void take(long bytes, String what) {
    if (bytes < 0 || bytes > left) {
      throw new CheckpointException(
          "%s claims %d bytes, more than a file of this size may (%d in all); it is damaged or hostile"
              .formatted(what, bytes, limit));
    }
    left -= bytes;
  }
}
