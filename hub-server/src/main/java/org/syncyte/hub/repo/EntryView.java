package org.syncyte.hub.repo;

import org.jspecify.annotations.Nullable;

/// A file or folder of a tree. A large file (`lfs`) is named by the SHA-256 of its content, and its
/// `oid` is that of the pointer text; any other file's `oid` is the git id of its content.
public record EntryView(
    String path, boolean directory, String oid, @Nullable String sha256, long size, boolean lfs) {
  static EntryView of(TreeEntry entry) {
    return new EntryView(
        entry.path, entry.directory, entry.oid, entry.sha256, entry.size, entry.lfs);
  }

  public String content() {
    if (sha256 == null) {
      throw new IllegalArgumentException(path + " is a folder");
    }
    return sha256;
  }

  public String etag() {
    return lfs ? content() : oid;
  }

  /// The text that stands for a large file in git.
  public String pointer() {
    return GitObjects.pointer(content(), size);
  }

  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
