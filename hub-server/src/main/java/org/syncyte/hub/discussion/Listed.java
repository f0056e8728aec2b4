package org.syncyte.hub.discussion;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.repo.RepoView;

/// Reads discussions, with the names of those who took part.
@ApplicationScoped
class Listed {
  private static final String SELECT =
      "select d, coalesce(a.name, d.author), (select count(*) from DiscussionEvent e where e.discussionId = d.id and e.kind = COMMENT)"
          + " from Discussion d left join Account a on a.id = d.accountId where ";
  private final StatelessSession session;
  private final DiscussionRepository store;

  Listed(StatelessSession session, DiscussionRepository store) {
    this.session = session;
    this.store = store;
  }

  @Transactional
  DiscussionView.Found list(RepoView repo, DiscussionView.Wanted wanted, int skip, int limit) {
    var where = new StringBuilder("d.repoId = :repo");
    var parameters = new HashMap<String, Object>();
    parameters.put("repo", repo.key());
    if (wanted.pullRequests() != null) {
      where.append(" and d.pullRequest = :pull");
      parameters.put("pull", wanted.pullRequests());
    }
    if (wanted.open() != null) {
      where.append(" and d.status in :statuses");
      parameters.put(
          "statuses",
          wanted.open()
              ? List.of(Status.DRAFT, Status.OPEN)
              : List.of(Status.CLOSED, Status.MERGED));
    }
    if (wanted.author() != null) {
      where.append(
          " and (d.accountId in (select a.id from Account a where lower(a.name) = lower(:author))"
              + " or lower(d.author) = lower(:author))");
      parameters.put("author", wanted.author());
    }
    var rows =
        session.createSelectionQuery(SELECT + where + " order by d.num desc", Object[].class);
    var total =
        session.createSelectionQuery(
            "select count(*) from Discussion d where " + where, Long.class);
    parameters.forEach(rows::setParameter);
    parameters.forEach(total::setParameter);
    var items =
        rows.setFirstResult(skip).setMaxResults(limit).getResultList().stream()
            .map(Listed::view)
            .toList();
    return new DiscussionView.Found(items, total.getSingleResult());
  }

  @Transactional
  DiscussionView one(RepoView repo, int num) {
    return session
        .createSelectionQuery(SELECT + "d.repoId = :repo and d.num = :num", Object[].class)
        .setParameter("repo", repo.key())
        .setParameter("num", num)
        .uniqueResultOptional()
        .map(Listed::view)
        .orElseThrow(() -> missing(repo, num));
  }

  static HubException missing(RepoView repo, int num) {
    return new HubException(ErrorCode.NOT_FOUND, "No discussion " + num + " in " + repo.id());
  }

  @Transactional
  List<EventView> events(long discussion) {
    return views(
        session
            .createSelectionQuery(
                "select e, coalesce(a.name, e.author) from DiscussionEvent e left join Account a on a.id = e.accountId"
                    + " where e.discussionId = :discussion order by e.id",
                Object[].class)
            .setParameter("discussion", discussion)
            .getResultList());
  }

  @Transactional
  EventView event(long key) {
    return views(
            session
                .createSelectionQuery(
                    "select e, coalesce(a.name, e.author) from DiscussionEvent e left join Account a on a.id = e.accountId"
                        + " where e.id = :id",
                    Object[].class)
                .setParameter("id", key)
                .getResultList())
        .getFirst();
  }

  private List<EventView> views(List<Object[]> rows) {
    var comments =
        rows.stream()
            .map(row -> (DiscussionEvent) row[0])
            .filter(event -> event.kind == Kind.COMMENT)
            .map(DiscussionEvent::id)
            .toList();
    var versions = comments.isEmpty() ? List.<CommentVersion>of() : store.versions(comments);
    var before = versions.stream().collect(Collectors.groupingBy(version -> version.eventId));
    return rows.stream()
        .map(row -> {
          var event = (DiscussionEvent) row[0];
          return view(event, (String) row[1], before.getOrDefault(event.id(), List.of()));
        })
        .toList();
  }

  private static EventView view(
      DiscussionEvent event, @Nullable String author, List<CommentVersion> before) {
    return switch (event.kind) {
      case COMMENT ->
          new EventView.Comment(
              event.id(),
              author,
              event.createdAt,
              event.text,
              event.hidden,
              event.updatedAt,
              before.stream()
                  .map(version -> new EventView.Version(version.text, version.createdAt))
                  .toList());
      case STATUS ->
          new EventView.StatusChange(
              event.id(), author, event.createdAt, Status.valueOf(event.text));
      case COMMIT ->
          new EventView.CommitAdded(event.id(), author, event.createdAt, event.text, event.detail);
      case TITLE ->
          new EventView.TitleChange(event.id(), author, event.createdAt, event.detail, event.text);
    };
  }

  private static DiscussionView view(Object[] row) {
    var discussion = (Discussion) row[0];
    return new DiscussionView(
        discussion.id(),
        discussion.num,
        discussion.title,
        (String) row[1],
        discussion.createdAt,
        discussion.status,
        discussion.pullRequest,
        discussion.base,
        discussion.mergeCommit,
        (Long) row[2]);
  }
}
