package org.syncyte.hub.repo;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// All files of one state of a repository, and how a commit changes them.
final class Tree {
  private final TreeMap<String, EntryView> files = new TreeMap<>();

  static Tree of(List<TreeEntry> entries) {
    var tree = new Tree();
    entries.forEach(entry -> tree.files.put(entry.path, EntryView.of(entry)));
    return tree;
  }

  Tree copy() {
    var copy = new Tree();
    copy.files.putAll(files);
    return copy;
  }

  void put(EntryView file) {
    files.put(Paths.valid(file.path()), file);
  }

  void removeFile(String path) {
    if (files.remove(path) == null) {
      throw missing(path);
    }
  }

  void removeFolder(String path) {
    String folder = path.replaceAll("^\\./", "").replaceAll("/+$", "");
    boolean removed =
        folder.isEmpty() || folder.equals(".")
            ? clear()
            : files.keySet().removeIf(file -> file.startsWith(folder + "/"));
    if (!removed) {
      throw missing(path);
    }
  }

  private boolean clear() {
    files.clear();
    return true;
  }

  /// Refuses a path that is a file and a folder at once.
  Tree checked() {
    for (String path : files.keySet()) {
      for (String folder = GitObjects.parent(path);
          !folder.isEmpty();
          folder = GitObjects.parent(folder)) {
        if (files.containsKey(folder)) {
          throw new HubException(
              ErrorCode.BAD_REQUEST,
              "'" + folder + "' is a file, so '" + path + "' cannot be below it");
        }
      }
    }
    return this;
  }

  SortedMap<String, EntryView> files() {
    return files;
  }

  /// Ids of all folders; the root has the empty path.
  SortedMap<String, String> folders() {
    var ids = new TreeMap<String, String>();
    files.forEach((path, file) -> ids.put(path, file.oid()));
    return GitObjects.folders(ids);
  }

  /// What two lines that began at `base` make together, and the paths that both changed, each in
  /// its own way; of those the first line's stays.
  static Merged merged(Tree base, Tree ours, Tree theirs) {
    var together = ours.copy();
    var conflicts = new ArrayList<String>();
    var paths = new TreeSet<>(base.files.keySet());
    paths.addAll(theirs.files.keySet());
    for (String path : paths) {
      var before = base.files.get(path);
      var mine = ours.files.get(path);
      var other = theirs.files.get(path);
      if (same(before, other) || same(mine, other)) {
        continue;
      }
      if (!same(before, mine)) {
        conflicts.add(path);
      } else if (other == null) {
        together.files.remove(path);
      } else {
        together.files.put(path, other);
      }
    }
    return new Merged(together, conflicts);
  }

  /// Two lines brought together.
  record Merged(Tree tree, List<String> conflicts) {}

  private static boolean same(@Nullable EntryView one, @Nullable EntryView other) {
    return one == null ? other == null : other != null && one.oid().equals(other.oid());
  }

  List<CommitView.Touched> changesFrom(Tree before) {
    var changes = new ArrayList<CommitView.Touched>();
    files.forEach((path, file) -> {
      var old = before.files.get(path);
      if (old == null) {
        changes.add(new CommitView.Touched(path, ChangeKind.ADDED));
      } else if (!old.oid().equals(file.oid())) {
        changes.add(new CommitView.Touched(path, ChangeKind.CHANGED));
      }
    });
    before.files.keySet().stream()
        .filter(path -> !files.containsKey(path))
        .forEach(path -> changes.add(new CommitView.Touched(path, ChangeKind.REMOVED)));
    return changes;
  }

  private static HubException missing(String path) {
    return new HubException(
        ErrorCode.ENTRY_NOT_FOUND, "A file with this name doesn't exist: " + path);
  }
}
