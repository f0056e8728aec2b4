package org.syncyte.hub.repo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.audit.Audit;

/// Removes large content from the whole history of a repository, as if it had never been committed.
///
/// Ids cover content, so every commit from the first that had it gets a new id, and branches and
/// tags move along; authors, words and dates stay. Old ids are unknown from then on. All of it is
/// one transaction with every reference locked. The bytes go with the next collection of garbage,
/// unless somebody else holds them.
@ApplicationScoped
public class Purge {
  private final HistoryRepository history;
  private final TreeRepository trees;
  private final Commits commits;
  private final Content content;
  private final Listing listing;
  private final StatelessSession session;
  private final Audit audit;

  Purge(
      HistoryRepository history,
      TreeRepository trees,
      Commits commits,
      Content content,
      Listing listing,
      StatelessSession session,
      Audit audit) {
    this.history = history;
    this.trees = trees;
    this.commits = commits;
    this.content = content;
    this.listing = listing;
    this.session = session;
    this.audit = audit;
  }

  /// Removes content by SHA-256; returns how many commits were written anew.
  @Transactional
  public int remove(Caller.Known author, RepoView repo, Set<String> sha256) {
    content.lock();
    var refs =
        session
            .createSelectionQuery("from Ref where repoId = :repo order by name", Ref.class)
            .setParameter("repo", repo.key())
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultList();
    var moved = rewrite(repo.key(), sha256);
    for (var ref : refs) {
      var commit = moved.get(ref.target);
      if (commit != null) {
        ref.target = commit.oid;
        history.update(ref);
        if (ref.name.equals(Refs.MAIN)) {
          listing.refresh(repo.key(), commit, Tree.of(trees.files(repo.key(), commit.tree)));
        }
      }
    }
    moved.forEach((before, after) -> move(repo.key(), before, after.oid));
    forget(repo.key(), moved.keySet(), sha256);
    audit.record(
        author.accountId(), "purge", repo.id().toString(), sha256.size() + " contents by hash");
    return moved.size();
  }

  private Map<String, Commit> rewrite(long repo, Set<String> sha256) {
    var moved = new HashMap<String, Commit>();
    var all =
        session
            .createSelectionQuery("from Commit where repoId = :repo order by depth", Commit.class)
            .setParameter("repo", repo)
            .getResultList();
    for (var commit : all) {
      var kept = new ArrayList<TreeEntry>();
      var files = trees.files(repo, commit.tree);
      files.stream()
          .filter(file -> !(file.lfs && sha256.contains(String.valueOf(file.sha256))))
          .forEach(kept::add);
      var parent = commit.parent == null ? null : moved.get(commit.parent);
      if (kept.size() < files.size() || parent != null) {
        moved.put(commit.oid, again(repo, commit, Tree.of(kept), parent));
      }
    }
    return moved;
  }

  private Commit again(long repo, Commit old, Tree tree, @Nullable Commit moved) {
    var folders = tree.folders();
    String root = folders.getOrDefault("", "");
    commits.store(repo, root, tree, folders);
    String parent = moved == null ? old.parent : moved.oid;
    var message = new Commits.Message(old.title, old.message, null);
    var commit = new Commit();
    commit.repoId = repo;
    commit.oid = GitObjects.commit(root, parent, old.author, old.createdAt, message.text());
    commit.tree = root;
    commit.parent = parent;
    commit.depth = old.depth;
    commit.author = old.author;
    commit.title = old.title;
    commit.message = old.message;
    commit.createdAt = old.createdAt;
    history.insert(commit);
    var before =
        parent == null
            ? new Tree()
            : Tree.of(trees.files(repo, history.commit(repo, parent).orElseThrow().tree));
    commits.record(commit, tree.changesFrom(before));
    return commit;
  }

  /// Pull requests begin and end at the same commits as before, under their new ids.
  private void move(long repo, String before, String after) {
    for (String column : List.of("base", "merge_commit")) {
      session
          .createNativeMutationQuery(
              "update discussion set %1$s = :after where repo_id = :repo and %1$s = :before"
                  .formatted(column))
          .setParameter("repo", repo)
          .setParameter("before", before)
          .setParameter("after", after)
          .executeUpdate();
    }
  }

  private void forget(long repo, Set<String> commitIds, Set<String> sha256) {
    if (!commitIds.isEmpty()) {
      run("delete from commit where repo_id = :repo and oid in :names", repo, commitIds);
      session
          .createNativeMutationQuery(
              "delete from tree_entry t where t.repo_id = :repo and not exists (select 1 from"
                  + " commit c where c.repo_id = t.repo_id and c.tree = t.tree)")
          .setParameter("repo", repo)
          .executeUpdate();
    }
    run(
        "delete from repo_blob where repo_id = :repo and sha256 in :names and not exists (select 1"
            + " from tree_entry t where t.repo_id = :repo and t.sha256 = repo_blob.sha256)",
        repo,
        sha256);
  }

  private void run(String sql, long repo, Set<String> names) {
    session
        .createNativeMutationQuery(sql)
        .setParameter("repo", repo)
        .setParameterList("names", List.copyOf(names))
        .executeUpdate();
  }
}
