package org.syncyte.hub.repo;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/// A movable name for a commit: `refs/heads/main`.
@Entity
@Table(name = "ref")
class Ref {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long repoId;
  String name;
  String target;

  long id() {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  @SuppressWarnings("NullAway.Init")
  Ref() {}
}
