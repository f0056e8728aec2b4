package org.syncyte.hub.repo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// A repository with everything its branches and tags lead to, but for the content itself.
///
/// The ids in it are git's, so they check one another: a file's id its content, a tree's id its
/// files, a commit's id its tree, its author, its words and its past. What does not fit is refused.
///
/// @param repo `namespace/name` it had
/// @param trees files by the id of their tree
/// @param discussions SHA-256 of what was said about it, as it lies beside this; null for nothing
public record Snapshot(
    int schema,
    String repo,
    List<RefLine> refs,
    List<CommitLine> commits,
    Map<String, List<FileLine>> trees,
    @Nullable String discussions) {
  /// The first schema had no discussions; references of pull requests in it lead nowhere.
  public static final int SCHEMA = 2;

  private static final int MAX_TITLE = 500;

  public Snapshot {
    refs = List.copyOf(refs);
    commits = List.copyOf(commits);
    trees = new TreeMap<>(trees);
  }

  public record RefLine(String name, String target) {}

  public record CommitLine(
      String oid,
      String tree,
      @Nullable String parent,
      String author,
      String title,
      String message,
      Instant createdAt) {
    /// Titles are stored up to a length; a longer one cannot be held against the commit's id.
    boolean cut() {
      return title.length() >= MAX_TITLE;
    }
  }

  public record FileLine(String path, String oid, String sha256, long size, boolean lfs) {}

  /// The same, with discussions of this SHA-256 beside it.
  public Snapshot with(@Nullable String sha256) {
    return new Snapshot(schema, repo, refs, commits, trees, sha256);
  }

  /// References that can be restored.
  List<RefLine> restorable() {
    return refs.stream().filter(ref -> schema > 1 || !ref.name().startsWith("refs/pr/")).toList();
  }

  /// Size of each content by its SHA-256.
  public SortedMap<String, Long> contents() {
    var contents = new TreeMap<String, Long>();
    for (var files : trees.values()) {
      for (var file : files) {
        var before = contents.put(file.sha256(), file.size());
        if (before != null && before != file.size()) {
          throw broken("two sizes are given for " + file.sha256());
        }
      }
    }
    return contents;
  }

  /// Holds every id against what it stands for; `gitOids` are the ids of contents as regular files.
  ///
  /// @return commits whose id could not be checked, since their title was stored in part
  public List<String> verify(Map<String, String> gitOids) {
    if (schema < 1 || schema > SCHEMA) {
      throw broken("its schema is " + schema + ", this hub reads 1 to " + SCHEMA);
    }
    trees.forEach((oid, files) -> verifyTree(oid, files, gitOids));
    var known = new HashMap<String, CommitLine>();
    var unchecked = new ArrayList<String>();
    for (var commit : commits) {
      if (known.put(commit.oid(), commit) != null) {
        throw broken("commit " + commit.oid() + " is in it twice");
      }
      if (!trees.containsKey(commit.tree())) {
        throw broken("the tree of commit " + commit.oid() + " is missing");
      }
      var text = new Commits.Message(commit.title(), commit.message(), null).text();
      var oid =
          GitObjects.commit(
              commit.tree(), commit.parent(), commit.author(), commit.createdAt(), text);
      if (commit.cut()) {
        unchecked.add(commit.oid());
      } else if (!oid.equals(commit.oid())) {
        throw broken("commit " + commit.oid() + " was changed: it would be " + oid);
      }
    }
    for (var commit : commits) {
      if (commit.parent() != null && !known.containsKey(commit.parent())) {
        throw broken("the parent of commit " + commit.oid() + " is missing");
      }
    }
    for (var ref : refs) {
      if (!known.containsKey(ref.target())) {
        throw broken("'" + ref.name() + "' leads to " + ref.target() + ", which is missing");
      }
    }
    if (refs.stream().noneMatch(ref -> ref.name().equals(Refs.MAIN))) {
      throw broken("it has no branch main");
    }
    return unchecked;
  }

  private static void verifyTree(String oid, List<FileLine> files, Map<String, String> gitOids) {
    var ids = new TreeMap<String, String>();
    for (var file : files) {
      var content = gitOids.get(file.sha256());
      if (content == null) {
        throw broken("the content of '" + file.path() + "' is missing");
      }
      var expected = file.lfs() ? GitObjects.pointerId(file.sha256(), file.size()) : content;
      if (!expected.equals(file.oid())) {
        throw broken("'" + file.path() + "' was changed: its id is not that of its content");
      }
      if (ids.put(Paths.valid(file.path()), file.oid()) != null) {
        throw broken("'" + file.path() + "' is in a tree twice");
      }
    }
    var root = GitObjects.folders(ids).getOrDefault("", "");
    if (!root.equals(oid)) {
      throw broken("tree " + oid + " was changed: it would be " + root);
    }
  }

  public static HubException broken(String what) {
    return new HubException(
        ErrorCode.BAD_REQUEST, "This is not a whole, unchanged repository: " + what);
  }
}
