package org.syncyte.hub.discussion;

/// What an event of a discussion is; says what its `text` and `detail` hold.
public enum Kind {
  /// The comment.
  COMMENT,
  /// The new status.
  STATUS,
  /// The commit's title; its id.
  COMMIT,
  /// The new title; the old one.
  TITLE
}
