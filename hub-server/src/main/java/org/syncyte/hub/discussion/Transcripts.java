package org.syncyte.hub.discussion;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Snapshot;

/// Takes the discussions of a repository out of the hub, and brings them in.
///
/// Whoever spoke elsewhere keeps the name and gets no account here: nobody who has the same name on
/// this hub may edit or hide it as their own.
@ApplicationScoped
public class Transcripts {
  private final DiscussionRepository store;
  private final StatelessSession session;

  Transcripts(DiscussionRepository store, StatelessSession session) {
    this.store = store;
    this.session = session;
  }

  /// A pull request whose first commit was purged begins at its newest one.
  ///
  /// @param snapshot of the same moment
  @Transactional
  public Transcript of(RepoView repo, Snapshot snapshot) {
    Set<String> commits = new HashSet<>();
    snapshot.commits().forEach(commit -> commits.add(commit.oid()));
    Map<String, String> heads = new HashMap<>();
    snapshot.refs().forEach(ref -> heads.put(ref.name(), ref.target()));
    var events =
        session
            .createSelectionQuery(
                "select e, coalesce(a.name, e.author) from DiscussionEvent e left join Account a on"
                    + " a.id = e.accountId where e.discussionId in (select d.id from Discussion d"
                    + " where d.repoId = :repo) order by e.id",
                Object[].class)
            .setParameter("repo", repo.key())
            .getResultList()
            .stream()
            .collect(Collectors.groupingBy(row -> ((DiscussionEvent) row[0]).discussionId));
    var versions =
        session
            .createSelectionQuery(
                "from CommentVersion where eventId in (select e.id from DiscussionEvent e where"
                    + " e.discussionId in (select d.id from Discussion d where d.repoId = :repo))"
                    + " order by id",
                CommentVersion.class)
            .setParameter("repo", repo.key())
            .getResultList()
            .stream()
            .collect(Collectors.groupingBy(version -> version.eventId));
    var talks =
        session
            .createSelectionQuery(
                "select d, coalesce(a.name, d.author) from Discussion d left join Account a on a.id"
                    + " = d.accountId where d.repoId = :repo order by d.num",
                Object[].class)
            .setParameter("repo", repo.key())
            .getResultList()
            .stream()
            .map(row -> {
              var talk = (Discussion) row[0];
              String base = talk.base;
              String merge = talk.mergeCommit;
              return new Transcript.Talk(
                  talk.num,
                  talk.title,
                  (String) row[1],
                  talk.status,
                  base == null || commits.contains(base) ? base : heads.get("refs/pr/" + talk.num),
                  merge != null && commits.contains(merge) ? merge : null,
                  talk.createdAt,
                  events.getOrDefault(talk.id(), List.of()).stream()
                      .map(event -> line((DiscussionEvent) event[0], (String) event[1], versions))
                      .toList());
            })
            .toList();
    return new Transcript(talks);
  }

  private static Transcript.Event line(
      DiscussionEvent event, @Nullable String author, Map<Long, List<CommentVersion>> versions) {
    return new Transcript.Event(
        event.kind,
        author,
        event.text,
        event.detail,
        event.hidden,
        event.createdAt,
        event.updatedAt,
        versions.getOrDefault(event.id(), List.of()).stream()
            .map(version -> new Transcript.Version(version.text, version.createdAt))
            .toList());
  }

  /// Adds verified discussions to a repository that has none.
  @Transactional
  public void restore(Transcript transcript, long repo) {
    for (var talk : transcript.talks()) {
      var discussion = new Discussion();
      discussion.repoId = repo;
      discussion.num = talk.num();
      discussion.title = talk.title();
      discussion.author = talk.author();
      discussion.status = talk.status();
      discussion.pullRequest = talk.base() != null;
      discussion.base = talk.base();
      discussion.mergeCommit = talk.mergeCommit();
      discussion.createdAt = talk.createdAt();
      store.insert(discussion);
      for (var line : talk.events()) {
        var event = new DiscussionEvent();
        event.discussionId = discussion.id();
        event.kind = line.kind();
        event.author = line.author();
        event.text = line.text();
        event.detail = line.detail();
        event.hidden = line.hidden();
        event.createdAt = line.createdAt();
        event.updatedAt = line.updatedAt();
        store.insert(event);
        for (var version : line.versions()) {
          store.insert(new CommentVersion(event.id(), version.text(), version.createdAt()));
        }
      }
    }
  }
}
