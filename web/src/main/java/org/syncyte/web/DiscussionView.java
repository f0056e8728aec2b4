package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One discussion or pull request, with all that happened in it.
///
/// @param reference the line of commits of a pull request, or null
/// @param conflicts files that stand in the way of a merge
/// @param mine whether the reader may rename, close and reopen it
/// @param mergeable whether the reader may merge it now
public record DiscussionView(
    ModelHead head,
    int number,
    String title,
    String author,
    String day,
    String status,
    @Nullable String reference,
    List<Event> events,
    List<String> conflicts,
    List<Line> changes,
    boolean mine,
    boolean writable,
    boolean mergeable) {
  public DiscussionView {
    events = List.copyOf(events);
    conflicts = List.copyOf(conflicts);
    changes = List.copyOf(changes);
  }

  /// One thing that happened.
  ///
  /// @param html a comment, safe to show; null for everything else
  /// @param words what happened if it is no comment
  /// @param hideable whether the reader may take a comment back
  public record Event(
      String id,
      String author,
      String iso,
      String when,
      @Nullable String html,
      String words,
      boolean edited,
      boolean hidden,
      boolean hideable) {}

  /// One line of a patch; its kind is its colour.
  public record Line(String kind, String text) {
    public static Line of(String text) {
      return new Line(
          text.startsWith("+")
              ? "add"
              : text.startsWith("-") ? "del" : text.startsWith("@@") ? "at" : "same",
          text);
    }
  }

  public String href() {
    return head.base() + "/discussions/" + number;
  }

  public boolean pullRequest() {
    return reference != null;
  }

  public boolean active() {
    return status.equals("open") || status.equals("draft");
  }

  public boolean draft() {
    return status.equals("draft");
  }

  public boolean merged() {
    return status.equals("merged");
  }
}
