package org.syncyte.hub.repo;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A named list of models. An `open` one takes models from anyone who can write to them: scvi-tools
/// files every model it publishes under one of a few fixed collections.
@Entity
@Table(name = "collection")
class Collection {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String namespace;
  String slug;
  String title;
  String description;
  Instant updatedAt;
  boolean open;

  long id() {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  @SuppressWarnings("NullAway.Init")
  Collection() {}
}
