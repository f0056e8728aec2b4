package org.syncyte.hub.repo;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/// A row of a flattened tree. Commits of a repository with equal content share one tree; two
/// repositories never do, since a pointer text and the large file it names have the same git id.
@Entity
@Table(name = "tree_entry")
class TreeEntry {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long repoId;
  String tree;
  String path;
  String parent;
  boolean directory;
  String oid;
  @Nullable String sha256;
  long size;
  boolean lfs;

  long id() {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  @SuppressWarnings("NullAway.Init")
  TreeEntry() {}
}
