package org.syncyte.hub.repo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.audit.Audit;
import org.syncyte.hub.event.HubEvent;

/// Writes commits.
///
/// A commit is one database transaction that locks the branch first: either all its operations are
/// in the new tree and the branch points to it, or nothing happened. Two writers cannot both build
/// on the same parent if they name it; the second gets "parent moved".
@ApplicationScoped
public class Commits {
  /// The author of the hub's own commits.
  private static final String HUB = "hub";

  private final HistoryRepository history;
  private final TreeRepository trees;
  private final Content content;
  private final StatelessSession session;
  private final Listing listing;
  private final Audit audit;
  private final Event<HubEvent> happened;

  Commits(
      HistoryRepository history,
      TreeRepository trees,
      Content content,
      StatelessSession session,
      Listing listing,
      Audit audit,
      Event<HubEvent> happened) {
    this.history = history;
    this.trees = trees;
    this.content = content;
    this.session = session;
    this.listing = listing;
    this.audit = audit;
    this.happened = happened;
  }

  /// What a commit says about itself; `parent` is the head the author has seen, if they care.
  public record Message(String title, String description, @Nullable String parent) {
    String text() {
      return description.isBlank() ? title : title + "\n\n" + description;
    }
  }

  @Transactional
  public CommitView commit(
      Caller.Known author,
      RepoView repo,
      String branch,
      Message message,
      List<Operation> operations) {
    String name = Refs.full(branch);
    content.lock();
    var ref = locked(repo, branch);
    if (message.parent() != null && !ref.target.startsWith(message.parent())) {
      var made = repeated(author, repo.key(), ref.target, message, operations);
      if (made.isPresent()) {
        return made.get();
      }
      throw new HubException(
          ErrorCode.PARENT_MOVED,
          "A commit has happened since: "
              + branch
              + " is at "
              + ref.target
              + ", not "
              + message.parent());
    }
    var head = history.commit(repo.key(), ref.target).orElseThrow();
    var before = Tree.of(trees.files(repo.key(), head.tree));
    var after = apply(repo.key(), before.copy(), operations);
    var folders = after.folders();
    String root = folders.getOrDefault("", "");
    if (root.equals(head.tree)) {
      return CommitView.of(head);
    }
    store(repo.key(), root, after, folders);
    var commit = write(repo.key(), root, head, author.name(), message);
    record(commit, after.changesFrom(before));
    point(repo, ref, commit);
    if (name.equals(Refs.MAIN)) {
      listing.refresh(repo.key(), commit, after);
    }
    audit.record(author.accountId(), "commit", repo.id().toString(), name + " " + commit.oid);
    return CommitView.of(commit);
  }

  /// The newest commit, if it is this one: whoever lost the answer sends the same again, perhaps to
  /// a hub that was restarted since.
  private Optional<CommitView> repeated(
      Caller.Known author, long repoKey, String head, Message message, List<Operation> operations) {
    var newest = history.commit(repoKey, head).orElseThrow();
    if (newest.parent == null
        || message.parent() == null
        || !newest.parent.startsWith(message.parent())
        || !newest.author.equals(author.name())
        || !newest.message.equals(message.description())) {
      return Optional.empty();
    }
    var parent = history.commit(repoKey, newest.parent).orElseThrow();
    try {
      var tree = apply(repoKey, Tree.of(trees.files(repoKey, parent.tree)), operations);
      return tree.folders().getOrDefault("", "").equals(newest.tree)
          ? Optional.of(CommitView.of(newest))
          : Optional.empty();
    } catch (HubException _) {
      return Optional.empty();
    }
  }

  /// Replaces the history of a branch by one commit with the same files. The old commits stay
  /// readable by their ids, and on other branches and tags.
  @Transactional
  public CommitView squash(Caller.Known author, RepoView repo, String branch, String title) {
    String name = Refs.full(branch);
    if (!name.startsWith("refs/heads/")) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "Only the history of a branch can be squashed, not of " + branch);
    }
    var ref = locked(repo, branch);
    var head = history.commit(repo.key(), ref.target).orElseThrow();
    if (head.parent == null) {
      return CommitView.of(head);
    }
    var files = Tree.of(trees.files(repo.key(), head.tree));
    var commit = write(repo.key(), head.tree, null, author.name(), new Message(title, "", null));
    record(commit, files.changesFrom(new Tree()));
    point(repo, ref, commit);
    if (name.equals(Refs.MAIN)) {
      listing.refresh(repo.key(), commit, files);
    }
    audit.record(author.accountId(), "squash", repo.id().toString(), name + " " + commit.oid);
    return CommitView.of(commit);
  }

  /// Brings what another line of commits changed since `base` into main, as one commit. Refused if
  /// both changed the same file, each in its own way.
  @Transactional
  public CommitView merge(
      Caller.Known author, RepoView repo, String base, String from, Message message) {
    content.lock();
    var ref = locked(repo, Refs.MAIN);
    var head = history.commit(repo.key(), ref.target).orElseThrow();
    var before = tree(repo, head.oid);
    var merged = Tree.merged(tree(repo, base), before, tree(repo, from));
    if (!merged.conflicts().isEmpty()) {
      throw new HubException(
          ErrorCode.EXISTS,
          "Cannot merge: main has changed the same files since: "
              + String.join(", ", merged.conflicts()));
    }
    var after = merged.tree().checked();
    var folders = after.folders();
    String root = folders.getOrDefault("", "");
    if (root.equals(head.tree)) {
      return CommitView.of(head);
    }
    store(repo.key(), root, after, folders);
    var commit = write(repo.key(), root, head, author.name(), message);
    record(commit, after.changesFrom(before));
    point(repo, ref, commit);
    listing.refresh(repo.key(), commit, after);
    audit.record(author.accountId(), "merge", repo.id().toString(), Refs.MAIN + " " + commit.oid);
    return CommitView.of(commit);
  }

  /// The files that both main and another line of commits changed since `base`.
  @Transactional
  public List<String> conflicts(RepoView repo, String base, String from) {
    var head = history.ref(repo.key(), Refs.MAIN).orElseThrow().target;
    return Tree.merged(tree(repo, base), tree(repo, head), tree(repo, from)).conflicts();
  }

  private void point(RepoView repo, Ref ref, Commit commit) {
    String before = ref.target;
    ref.target = commit.oid;
    history.update(ref);
    happened.fire(Refs.changed(repo, ref.name, before, commit.oid));
  }

  private Tree tree(RepoView repo, String oid) {
    var commit = history.commit(repo.key(), oid).orElseThrow(() -> Revisions.missing(oid));
    return Tree.of(trees.files(repo.key(), commit.tree));
  }

  /// Puts a commit of the hub's own on a branch that the hub keeps: the files of a revision with
  /// some added or replaced. The branch is made, or moved from where it was.
  @Transactional
  public CommitView derive(Revision from, String branch, String title, List<Operation> operations) {
    long key = from.repo().key();
    content.lock();
    var parent = history.commit(key, from.commit()).orElseThrow();
    var before = Tree.of(trees.files(key, parent.tree));
    var after = apply(key, before.copy(), operations);
    var folders = after.folders();
    String root = folders.getOrDefault("", "");
    String name = Refs.full(branch);
    var ref = history.ref(key, name);
    var head = ref.flatMap(r -> history.commit(key, r.target));
    if (head.isPresent()
        && head.get().tree.equals(root)
        && from.commit().equals(head.get().parent)) {
      return CommitView.of(head.get());
    }
    store(key, root, after, folders);
    var same =
        session
            .createSelectionQuery(
                "from Commit where repoId = :repo and parent = :parent and tree = :tree and author"
                    + " = :author",
                Commit.class)
            .setParameter("repo", key)
            .setParameter("parent", from.commit())
            .setParameter("tree", root)
            .setParameter("author", HUB)
            .setMaxResults(1)
            .uniqueResultOptional();
    var commit =
        same.orElseGet(() -> {
          var written = write(key, root, parent, HUB, new Message(title, "", null));
          record(written, after.changesFrom(before));
          return written;
        });
    if (ref.isPresent()) {
      point(from.repo(), ref.get(), commit);
    } else {
      var made = new Ref();
      made.repoId = key;
      made.name = name;
      made.target = commit.oid;
      history.insert(made);
      happened.fire(Refs.changed(from.repo(), name, null, commit.oid));
    }
    audit.record(null, "derive", from.repo().id().toString(), name + " " + commit.oid);
    return CommitView.of(commit);
  }

  private Ref locked(RepoView repo, String branch) {
    return session
        .createSelectionQuery("from Ref where repoId = :repo and name = :name", Ref.class)
        .setParameter("repo", repo.key())
        .setParameter("name", Refs.full(branch))
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .uniqueResultOptional()
        .orElseThrow(() -> Revisions.missing(branch));
  }

  void record(Commit commit, List<CommitView.Touched> changes) {
    for (var touched : changes) {
      var change = new Change();
      change.commitId = commit.id();
      change.path = touched.path();
      change.kind = touched.kind();
      history.insert(change);
    }
  }

  /// The first commit of a new repository.
  void first(Repo repo, String author, String sha256) {
    var tree = new Tree();
    var blob = content.held(repo.id(), sha256);
    tree.put(
        new EntryView(".gitattributes", false, content.gitOid(blob), sha256, blob.size, false));
    var folders = tree.folders();
    String root = folders.getOrDefault("", "");
    store(repo.id(), root, tree, folders);
    var commit = write(repo.id(), root, null, author, new Message("initial commit", "", null));
    var change = new Change();
    change.commitId = commit.id();
    change.path = ".gitattributes";
    change.kind = ChangeKind.ADDED;
    history.insert(change);
    var main = new Ref();
    main.repoId = repo.id();
    main.name = Refs.MAIN;
    main.target = commit.oid;
    history.insert(main);
    listing.refresh(repo.id(), commit, tree);
  }

  private Tree apply(long repoKey, Tree tree, List<Operation> operations) {
    for (var operation : operations) {
      switch (operation) {
        case Operation.PutFile(var path, var sha256, var size) -> {
          var blob = content.held(repoKey, sha256);
          tree.put(new EntryView(path, false, content.gitOid(blob), sha256, size, false));
        }
        case Operation.PutLarge(var path, var sha256) -> {
          long size = content.held(repoKey, sha256).size;
          tree.put(
              new EntryView(path, false, GitObjects.pointerId(sha256, size), sha256, size, true));
        }
        case Operation.DeleteFile(var path) -> tree.removeFile(path);
        case Operation.DeleteFolder(var path) -> tree.removeFolder(path);
      }
    }
    return tree.checked();
  }

  void store(long repoKey, String root, Tree tree, java.util.SortedMap<String, String> folders) {
    if (trees.count(repoKey, root) > 0) {
      return;
    }
    var rows = new ArrayList<TreeEntry>();
    for (var file : tree.files().values()) {
      var row = row(repoKey, root, file.path(), file.oid());
      row.sha256 = file.sha256();
      row.size = file.size();
      row.lfs = file.lfs();
      rows.add(row);
    }
    folders.forEach((path, oid) -> {
      if (!path.isEmpty()) {
        var row = row(repoKey, root, path, oid);
        row.directory = true;
        rows.add(row);
      }
    });
    trees.insert(rows);
  }

  private static TreeEntry row(long repoKey, String root, String path, String oid) {
    var row = new TreeEntry();
    row.repoId = repoKey;
    row.tree = root;
    row.path = path;
    row.parent = GitObjects.parent(path);
    row.oid = oid;
    return row;
  }

  private Commit write(
      long repoKey, String root, @Nullable Commit parent, String author, Message message) {
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    String parentOid = parent == null ? null : parent.oid;
    var commit = new Commit();
    commit.repoId = repoKey;
    commit.oid = GitObjects.commit(root, parentOid, author, now, message.text());
    commit.tree = root;
    commit.parent = parentOid;
    commit.depth = parent == null ? 0 : parent.depth + 1;
    commit.author = author;
    commit.title =
        message.title().length() > 500 ? message.title().substring(0, 500) : message.title();
    commit.message = message.description();
    commit.createdAt = now;
    history.insert(commit);
    return commit;
  }
}
