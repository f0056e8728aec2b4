package org.syncyte.hub.repo;

import jakarta.data.Limit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Reads a repository at a revision: resolves names, lists folders, finds files, walks history.
@ApplicationScoped
public class Revisions {
  private static final Pattern OID = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{7,39}");
  private final HistoryRepository history;
  private final TreeRepository trees;
  private final StatelessSession session;

  Revisions(HistoryRepository history, TreeRepository trees, StatelessSession session) {
    this.history = history;
    this.trees = trees;
    this.session = session;
  }

  static HubException missing(String revision) {
    return new HubException(ErrorCode.REVISION_NOT_FOUND, "Invalid rev id: " + revision);
  }

  /// Branch, tag, commit, full reference name, `HEAD`, or an unambiguous beginning of a commit id.
  @Transactional
  public Revision resolve(RepoView repo, String revision) {
    return find(repo.key(), revision)
        .map(commit -> new Revision(repo, commit.oid, commit.tree))
        .orElseThrow(() -> missing(revision));
  }

  private Optional<Commit> find(long repo, String revision) {
    for (String name : List.of("refs/heads/" + revision, "refs/tags/" + revision)) {
      var ref = history.ref(repo, name);
      if (ref.isPresent()) {
        return history.commit(repo, ref.get().target);
      }
    }
    if (OID.matcher(revision).matches()) {
      return history.commit(repo, revision);
    }
    String whole = revision.equals("HEAD") ? Refs.MAIN : revision;
    if (whole.startsWith("refs/")) {
      return history.ref(repo, whole).flatMap(ref -> history.commit(repo, ref.target));
    }
    if (PREFIX.matcher(revision).matches()) {
      var found = history.commitsLike(repo, revision + "%", Limit.of(2));
      return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }
    return Optional.empty();
  }

  /// All files, in order of their paths.
  @Transactional
  public List<EntryView> files(Revision revision) {
    return trees.files(revision.repo().key(), revision.tree()).stream().map(EntryView::of).toList();
  }

  /// A folder's entries (`""` is the root), with everything below it if `recursive`.
  @Transactional
  public Page<EntryView> list(
      Revision revision, String folder, boolean recursive, @Nullable String cursor, int limit) {
    long repo = revision.repo().key();
    String tree = revision.tree();
    String after = cursor == null ? "" : decode(cursor);
    if (!folder.isEmpty() && !trees.entry(repo, tree, folder).map(e -> e.directory).orElse(false)) {
      throw noEntry(revision, folder);
    }
    var one = Limit.of(limit + 1);
    var rows =
        !recursive
            ? trees.children(repo, tree, folder, after, one)
            : folder.isEmpty()
                ? trees.all(repo, tree, after, one)
                : trees.below(repo, tree, folder + "/", folder + "0", after, one);
    var items = rows.stream().limit(limit).map(EntryView::of).toList();
    return new Page<>(items, rows.size() > limit ? encode(items.getLast().path()) : null);
  }

  @Transactional
  public Optional<EntryView> entry(Revision revision, String path) {
    return trees.entry(revision.repo().key(), revision.tree(), path).map(EntryView::of);
  }

  @Transactional
  public List<EntryView> entries(Revision revision, List<String> paths) {
    return paths.isEmpty()
        ? List.of()
        : trees.entries(revision.repo().key(), revision.tree(), paths).stream()
            .map(EntryView::of)
            .toList();
  }

  /// The file at this path, or the refusal that lets clients remember that it is not there.
  public EntryView file(Revision revision, String path) {
    return entry(revision, path)
        .filter(e -> !e.directory())
        .orElseThrow(() -> noEntry(revision, path));
  }

  /// The newest commits first.
  @Transactional
  public List<CommitView> history(Revision revision, int skip, int limit) {
    return session
        .createNativeQuery(
            """
            with recursive line as (
              select c.* from commit c where c.repo_id = :repo and c.oid = :oid
              union all
              select c.* from commit c join line l on c.repo_id = :repo and c.oid = l.parent)
            select * from line order by depth desc offset :skip limit :limit
            """,
            Commit.class)
        .setParameter("repo", revision.repo().key())
        .setParameter("oid", revision.commit())
        .setParameter("skip", skip)
        .setParameter("limit", limit)
        .list()
        .stream()
        .map(CommitView::of)
        .toList();
  }

  /// How many commits led to this revision.
  @Transactional
  public int depth(Revision revision) {
    return history.commit(revision.repo().key(), revision.commit()).map(c -> c.depth + 1).orElse(0);
  }

  /// A commit and the paths it touched.
  @Transactional
  public CommitView.Detailed commit(Revision revision) {
    var commit =
        history
            .commit(revision.repo().key(), revision.commit())
            .orElseThrow(() -> missing(revision.commit()));
    var changes =
        history.changes(commit.id()).stream()
            .map(c -> new CommitView.Touched(c.path, c.kind))
            .toList();
    return new CommitView.Detailed(CommitView.of(commit), changes);
  }

  /// For each path the newest commit that touched it; a folder's is the newest below it.
  @Transactional
  public Map<String, CommitView> lastCommits(Revision revision, List<String> paths) {
    var last = new LinkedHashMap<String, CommitView>();
    for (int skip = 0; last.size() < paths.size(); skip += 50) {
      var commits = history(revision, skip, 50);
      if (commits.isEmpty()) {
        break;
      }
      for (var commit : commits) {
        var touched = commit(new Revision(revision.repo(), commit.oid(), "")).changes();
        for (String path : paths) {
          if (!last.containsKey(path)
              && touched.stream()
                  .anyMatch(t -> t.path().equals(path) || t.path().startsWith(path + "/"))) {
            last.put(path, commit);
          }
        }
      }
    }
    return last;
  }

  private static HubException noEntry(Revision revision, String path) {
    return new HubException(ErrorCode.ENTRY_NOT_FOUND, "Entry not found: " + path)
        .header("X-Repo-Commit", revision.commit());
  }

  private static String encode(String path) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(path.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String cursor) {
    try {
      return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException bad) {
      throw new HubException(ErrorCode.BAD_REQUEST, "cursor: not one that this hub gave", bad);
    }
  }
}
