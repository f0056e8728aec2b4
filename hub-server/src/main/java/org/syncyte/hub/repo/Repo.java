package org.syncyte.hub.repo;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A repository: a name, who may see it, and what the search shows of its newest commit on main.
@Entity
@Table(name = "repo")
class Repo {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String namespace;
  String name;

  @Column(name = "private")
  boolean hidden;

  Instant createdAt;
  Instant updatedAt;
  String head;
  long downloads;
  long usedStorage;
  @Nullable String library;
  @Nullable String pipelineTag;
  String card;
  String excerpt;
  boolean complete;

  /// Who may have its files: everybody (empty), who asks (`auto`), whom its owners let in
  /// (`manual`).
  String gated = "";

  boolean discussionsDisabled;

  /// Closed to everybody by an administrator of the hub.
  boolean disabled;

  long id() {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  @SuppressWarnings("NullAway.Init")
  Repo() {}
}
