package org.syncyte.hub.repo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.StatelessSession;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.audit.Audit;
import org.syncyte.hub.blob.BlobStore;

/// Takes snapshots of repositories, and makes repositories of them.
@ApplicationScoped
public class Snapshots {
  private final HistoryRepository history;
  private final TreeRepository trees;
  private final RepoRepository repos;
  private final Content content;
  private final Commits commits;
  private final Listing listing;
  private final Accounts accounts;
  private final Audit audit;
  private final StatelessSession session;

  Snapshots(
      HistoryRepository history,
      TreeRepository trees,
      RepoRepository repos,
      Content content,
      Commits commits,
      Listing listing,
      Accounts accounts,
      Audit audit,
      StatelessSession session) {
    this.history = history;
    this.trees = trees;
    this.repos = repos;
    this.content = content;
    this.commits = commits;
    this.listing = listing;
    this.accounts = accounts;
    this.audit = audit;
    this.session = session;
  }

  /// The git id of stored content as a regular file.
  public static String gitOid(java.nio.file.Path file, long size) {
    try {
      return GitObjects.blob(file, size);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Transactional
  public Snapshot of(RepoView repo) {
    var refs = new ArrayList<Snapshot.RefLine>();
    for (var ref : history.refs(repo.key())) {
      refs.add(new Snapshot.RefLine(ref.name, ref.target));
    }
    var lines = new ArrayList<Snapshot.CommitLine>();
    var files = new LinkedHashMap<String, List<Snapshot.FileLine>>();
    for (var commit : reached(repo.key())) {
      lines.add(
          new Snapshot.CommitLine(
              commit.oid,
              commit.tree,
              commit.parent,
              commit.author,
              commit.title,
              commit.message,
              commit.createdAt));
      files.computeIfAbsent(commit.tree, tree -> files(repo.key(), tree));
    }
    return new Snapshot(Snapshot.SCHEMA, repo.id().toString(), refs, lines, files, null);
  }

  private List<Commit> reached(long repo) {
    return session
        .createNativeQuery(
            """
            with recursive line as (
              select c.* from ref f join commit c on c.repo_id = f.repo_id and c.oid = f.target where f.repo_id = :repo
              union
              select c.* from commit c join line l on c.repo_id = :repo and c.oid = l.parent)
            select * from line order by depth, id
            """,
            Commit.class)
        .setParameter("repo", repo)
        .getResultList();
  }

  private List<Snapshot.FileLine> files(long repo, String tree) {
    return trees.files(repo, tree).stream()
        .map(entry -> {
          var file = EntryView.of(entry);
          return new Snapshot.FileLine(
              file.path(), file.oid(), file.content(), file.size(), file.lfs());
        })
        .toList();
  }

  /// Makes a repository of a verified snapshot whose content is in the blob store; returns its key.
  @Transactional
  public long restore(Snapshot snapshot, RepoId id, boolean hidden, Caller caller) {
    id.valid();
    var author = accounts.claim(caller, id.namespace());
    if (repos.named(id.namespace(), id.name()).isPresent()) {
      throw new HubException(
          ErrorCode.EXISTS, id + " exists already; import under another name, or remove it first");
    }
    repos.alias(id.namespace(), id.name()).ifPresent(repos::delete);
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    var repo = new Repo();
    repo.namespace = id.namespace();
    repo.name = id.name();
    repo.hidden = hidden;
    repo.createdAt = now;
    repo.updatedAt = now;
    repo.head = "0".repeat(40);
    repo.card = "{}";
    repo.excerpt = "";
    repos.insert(repo);
    snapshot
        .contents()
        .forEach((sha256, size) -> content.add(repo.id(), new BlobStore.Stored(sha256, size)));
    for (String oid : snapshot.trees().keySet()) {
      var tree = tree(snapshot.trees(), oid);
      commits.store(repo.id(), oid, tree, tree.folders());
    }
    var depths = new TreeMap<String, Integer>();
    Commit main = null;
    var mainTarget = target(snapshot);
    for (var line : snapshot.commits()) {
      var commit = commit(repo.id(), line, depths);
      history.insert(commit);
      record(commit, snapshot, line);
      if (commit.oid.equals(mainTarget)) {
        main = commit;
      }
    }
    for (var line : snapshot.restorable()) {
      var ref = new Ref();
      ref.repoId = repo.id();
      ref.name = line.name();
      ref.target = line.target();
      history.insert(ref);
    }
    if (main != null) {
      listing.refresh(repo.id(), main, tree(snapshot.trees(), main.tree));
    }
    audit.record(author.accountId(), "repo.import", id.toString(), mainTarget);
    return repo.id();
  }

  private static String target(Snapshot snapshot) {
    return snapshot.refs().stream()
        .filter(ref -> ref.name().equals(Refs.MAIN))
        .map(Snapshot.RefLine::target)
        .findFirst()
        .orElseThrow();
  }

  private static Commit commit(long repo, Snapshot.CommitLine line, Map<String, Integer> depths) {
    var commit = new Commit();
    commit.repoId = repo;
    commit.oid = line.oid();
    commit.tree = line.tree();
    commit.parent = line.parent();
    var before = line.parent() == null ? null : depths.get(line.parent());
    if (line.parent() != null && before == null) {
      throw Snapshot.broken("commit " + line.oid() + " comes before its parent");
    }
    commit.depth = before == null ? 0 : before + 1;
    depths.put(line.oid(), commit.depth);
    commit.author = line.author();
    commit.title = line.title();
    commit.message = line.message();
    commit.createdAt = line.createdAt();
    return commit;
  }

  private void record(Commit commit, Snapshot snapshot, Snapshot.CommitLine line) {
    var parent = line.parent();
    var before =
        parent == null
            ? new Tree()
            : snapshot.commits().stream()
                .filter(other -> other.oid().equals(parent))
                .findFirst()
                .map(other -> tree(snapshot.trees(), other.tree()))
                .orElseGet(Tree::new);
    for (var touched : tree(snapshot.trees(), line.tree()).changesFrom(before)) {
      var change = new Change();
      change.commitId = commit.id();
      change.path = touched.path();
      change.kind = touched.kind();
      history.insert(change);
    }
  }

  private static Tree tree(Map<String, List<Snapshot.FileLine>> all, String oid) {
    var tree = new Tree();
    for (var file : all.getOrDefault(oid, List.of())) {
      tree.put(
          new EntryView(file.path(), false, file.oid(), file.sha256(), file.size(), file.lfs()));
    }
    return tree.checked();
  }
}
