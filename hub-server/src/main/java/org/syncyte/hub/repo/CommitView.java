package org.syncyte.hub.repo;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A commit as others see it.
public record CommitView(
    String oid,
    @Nullable String parent,
    String title,
    String message,
    String author,
    Instant date) {
  /// A path that the commit touched.
  public record Touched(String path, ChangeKind kind) {}

  /// A commit and what it touched.
  public record Detailed(CommitView commit, List<Touched> changes) {}

  static CommitView of(Commit commit) {
    return new CommitView(
        commit.oid, commit.parent, commit.title, commit.message, commit.author, commit.createdAt);
  }
}
