package org.syncyte.hub.discussion;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A discussion as lists show it. Who removed their account has no name.
public record DiscussionView(
    long key,
    int num,
    String title,
    @Nullable String author,
    Instant createdAt,
    Status status,
    boolean pullRequest,
    @Nullable String base,
    @Nullable String mergeCommit,
    long comments) {
  public String reference() {
    return "refs/pr/" + num;
  }

  /// A discussion with all that happened in it.
  ///
  /// @param conflicts files that main and the pull request changed, each in its own way
  public record Detailed(
      DiscussionView discussion, List<EventView> events, List<String> conflicts) {
    public Detailed {
      events = List.copyOf(events);
      conflicts = List.copyOf(conflicts);
    }
  }

  /// Which discussions a list holds; null stands for any.
  public record Wanted(
      @Nullable Boolean pullRequests, @Nullable Boolean open, @Nullable String author) {}

  /// A piece of a list, and how long the whole is.
  public record Found(List<DiscussionView> items, long total) {
    public Found {
      items = List.copyOf(items);
    }
  }
}
