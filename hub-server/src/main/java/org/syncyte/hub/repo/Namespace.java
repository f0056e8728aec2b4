package org.syncyte.hub.repo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.StatelessSession;
import org.syncyte.hub.account.Caller;

/// A namespace seen as one long list of files: every repository's, in the order of their paths.
@ApplicationScoped
public class Namespace {
  private final StatelessSession session;

  Namespace(StatelessSession session) {
    this.session = session;
  }

  /// The readable repositories whose names begin so.
  @Transactional
  public List<String> names(String namespace, String beginning, Caller caller) {
    var parameters = new HashMap<String, Object>();
    String readable = Search.text(null, List.of(), 0, 1).where(caller, parameters);
    var names =
        session.createNativeQuery(
            "select r.name from repo r where lower(r.namespace) = lower(:namespace)"
                + " and r.name like :pattern escape '!' and "
                + readable,
            String.class);
    parameters.forEach(names::setParameter);
    return names
        .setParameter("namespace", namespace)
        .setParameter("pattern", beginning.replaceAll("[!%_]", "!$0") + "%")
        .getResultList();
  }

  /// The namespaces that hold something readable.
  @Transactional
  public List<String> all(Caller caller) {
    var parameters = new HashMap<String, Object>();
    var names =
        session.createNativeQuery(
            "select distinct r.namespace from repo r where "
                + Search.text(null, List.of(), 0, 1).where(caller, parameters)
                + " order by r.namespace",
            String.class);
    parameters.forEach(names::setParameter);
    return names.getResultList();
  }

  /// Files that come after a path and lie in `low` (inclusive) to `high` (exclusive).
  @Transactional
  public List<EntryView> files(
      Revision revision, String after, String low, String high, int limit) {
    return session
        .createSelectionQuery(
            "from TreeEntry where repoId = :repo and tree = :tree and directory = false"
                + " and path > :after and path >= :low and path < :high order by path",
            TreeEntry.class)
        .setParameter("repo", revision.repo().key())
        .setParameter("tree", revision.tree())
        .setParameter("after", after)
        .setParameter("low", low)
        .setParameter("high", high)
        .setMaxResults(limit)
        .getResultList()
        .stream()
        .map(EntryView::of)
        .toList();
  }

  /// When each path was last touched by a commit.
  @Transactional
  public Map<String, Instant> touched(RepoView repo, List<String> paths) {
    if (paths.isEmpty()) {
      return Map.of();
    }
    return session
        .createSelectionQuery(
            "select h.path, max(c.createdAt) from Change h join Commit c on c.id = h.commitId"
                + " where c.repoId = :repo and h.path in :paths group by h.path",
            Object[].class)
        .setParameter("repo", repo.key())
        .setParameter("paths", paths)
        .getResultList()
        .stream()
        .collect(Collectors.toMap(row -> (String) row[0], row -> (Instant) row[1]));
  }
}
