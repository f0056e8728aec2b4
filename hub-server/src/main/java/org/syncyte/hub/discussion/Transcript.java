package org.syncyte.hub.discussion;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.Snapshot;

/// The discussions and pull requests of a repository as they leave the hub.
///
/// People are named, not numbered. Comments that were hidden have no text any more, here neither.
public record Transcript(List<Talk> talks) {
  public Transcript {
    talks = List.copyOf(talks);
  }

  /// One discussion; a pull request has a base, and its commits under `refs/pr/num`.
  public record Talk(
      int num,
      String title,
      @Nullable String author,
      Status status,
      @Nullable String base,
      @Nullable String mergeCommit,
      Instant createdAt,
      List<Event> events) {
    public Talk {
      events = List.copyOf(events);
    }
  }

  /// Something said or done; `text` and `detail` as the kind has it.
  public record Event(
      Kind kind,
      @Nullable String author,
      String text,
      String detail,
      boolean hidden,
      Instant createdAt,
      Instant updatedAt,
      List<Version> versions) {
    public Event {
      versions = List.copyOf(versions);
    }
  }

  /// What a comment said before.
  public record Version(String text, Instant createdAt) {}

  /// Holds the discussions against the repository that they came with.
  public void verify(Snapshot snapshot) {
    Set<String> commits = new HashSet<>();
    snapshot.commits().forEach(commit -> commits.add(commit.oid()));
    Set<String> references = new HashSet<>();
    snapshot.refs().stream()
        .map(Snapshot.RefLine::name)
        .filter(name -> name.startsWith("refs/pr/"))
        .forEach(references::add);
    Set<Integer> numbers = new HashSet<>();
    for (var talk : talks) {
      String what = "discussion " + talk.num();
      check(talk.num() > 0 && numbers.add(talk.num()), what + " has no number of its own");
      check(fits(talk.title(), 1, Discussions.MAX_TITLE), what + " has no title that fits");
      check(named(talk.author()), what + " has an author whose name is too long");
      check(talk.createdAt() != null, what + " has no date");
      boolean pull = talk.base() != null;
      check(
          pull || (talk.status() != Status.DRAFT && talk.status() != Status.MERGED),
          what + " is " + talk.status() + ", and no pull request");
      check(talk.status() != null, what + " has no status");
      check(!pull || commits.contains(talk.base()), what + " begins at a commit that is missing");
      check(
          talk.mergeCommit() == null || (pull && commits.contains(talk.mergeCommit())),
          what + " ended in a commit that is missing");
      check(
          pull == references.remove("refs/pr/" + talk.num()),
          what + " and its line of commits do not belong together");
      talk.events().forEach(event -> verify(what, event));
    }
    check(references.isEmpty(), "these belong to no pull request: " + references);
  }

  private static void verify(String what, Event event) {
    check(event.kind() != null && event.createdAt() != null, what + " has an event without kind");
    check(event.updatedAt() != null && named(event.author()), what + " has an event of nobody");
    check(fits(event.detail(), 0, 500), what + " has an event whose detail is too long");
    int most = Discussions.MAX_TEXT;
    boolean whole =
        switch (event.kind()) {
          case COMMENT -> fits(event.text(), event.hidden() ? 0 : 1, event.hidden() ? 0 : most);
          case COMMIT -> fits(event.text(), 0, most);
          case TITLE -> fits(event.text(), 1, Discussions.MAX_TITLE);
          case STATUS -> statuses(event.text());
        };
    check(whole, what + " has an event " + event.kind() + " whose text does not fit");
    for (var version : event.versions()) {
      check(
          !event.hidden() && version.createdAt() != null && fits(version.text(), 1, most),
          what + " has an earlier version that does not fit");
    }
  }

  private static boolean statuses(@Nullable String text) {
    for (var status : Status.values()) {
      if (status.name().equals(text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean named(@Nullable String author) {
    return author == null || fits(author, 1, 96);
  }

  private static boolean fits(@Nullable String text, int least, int most) {
    return text != null
        && text.length() >= least
        && text.length() <= most
        && text.indexOf('\0') < 0;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw Snapshot.broken(otherwise);
    }
  }
}
