package org.syncyte.hub.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something that others may want to know of: a change of a repository, its content, its settings,
/// or of what is said about it. Observers run in the transaction of the change: what they store is
/// stored if, and only if, the change is.
///
/// @param movedTo the new id of a repository that was renamed
public record HubEvent(
    Action action,
    Scope scope,
    Subject repo,
    List<RefChange> refs,
    @Nullable Talk discussion,
    @Nullable Remark comment,
    @Nullable String movedTo) {
  public HubEvent {
    refs = List.copyOf(refs);
  }

  /// What was done.
  public enum Action {
    CREATE,
    DELETE,
    UPDATE,
    MOVE
  }

  /// What it was done to, and the word for it on the wire.
  public enum Scope {
    REPO("repo"),
    CONTENT("repo.content"),
    CONFIG("repo.config"),
    DISCUSSION("discussion"),
    COMMENT("discussion.comment");

    private final String word;

    Scope(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    public boolean discussions() {
      return this == DISCUSSION || this == COMMENT;
    }
  }

  /// The repository, as it is after the change.
  public record Subject(long key, String namespace, String name, boolean hidden, String head) {
    public String id() {
      return namespace + "/" + name;
    }
  }

  /// A reference that now points elsewhere; null where there was or is none.
  public record RefChange(String ref, @Nullable String before, @Nullable String after) {}

  /// The discussion.
  public record Talk(
      long key,
      int num,
      String title,
      String status,
      boolean pullRequest,
      @Nullable Long author,
      @Nullable String base) {}

  /// The comment.
  public record Remark(long key, @Nullable Long author, String content, boolean hidden) {}

  public static HubEvent of(Action action, Scope scope, Subject repo) {
    return new HubEvent(action, scope, repo, List.of(), null, null, null);
  }

  public static HubEvent moved(Subject before, String to) {
    return new HubEvent(Action.MOVE, Scope.REPO, before, List.of(), null, null, to);
  }

  public static HubEvent content(Subject repo, RefChange change) {
    return new HubEvent(Action.UPDATE, Scope.CONTENT, repo, List.of(change), null, null, null);
  }

  public static HubEvent talk(Action action, Subject repo, Talk discussion) {
    return new HubEvent(action, Scope.DISCUSSION, repo, List.of(), discussion, null, null);
  }

  public static HubEvent remark(Action action, Subject repo, Talk discussion, Remark comment) {
    return new HubEvent(action, Scope.COMMENT, repo, List.of(), discussion, comment, null);
  }
}
