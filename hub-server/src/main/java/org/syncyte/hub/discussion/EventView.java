package org.syncyte.hub.discussion;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that happened in a discussion, as others see it.
public sealed interface EventView {
  long key();

  @Nullable String author();

  Instant at();

  /// What somebody said, in Markdown. A hidden comment says nothing any more.
  ///
  /// @param before what it said before it was edited, oldest first
  record Comment(
      long key,
      @Nullable String author,
      Instant at,
      String text,
      boolean hidden,
      Instant updatedAt,
      List<Version> before)
      implements EventView {
    public Comment {
      before = List.copyOf(before);
    }

    public boolean edited() {
      return !before.isEmpty();
    }
  }

  /// An earlier text of a comment.
  record Version(String text, Instant at) {}

  record StatusChange(long key, @Nullable String author, Instant at, Status status)
      implements EventView {}

  record CommitAdded(long key, @Nullable String author, Instant at, String title, String oid)
      implements EventView {}

  record TitleChange(long key, @Nullable String author, Instant at, String from, String to)
      implements EventView {}
}
