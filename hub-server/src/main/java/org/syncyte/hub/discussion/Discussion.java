package org.syncyte.hub.discussion;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A discussion, or a pull request: then `base` is the commit its changes begin at.
@Entity
@Table(name = "discussion")
class Discussion {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long repoId;
  int num;
  String title;
  @Nullable Long accountId;

  /// Who began it elsewhere, if it came with an imported repository.
  @Nullable String author;

  @Enumerated(EnumType.STRING)
  Status status;

  boolean pullRequest;
  @Nullable String base;
  @Nullable String mergeCommit;
  Instant createdAt;

  long id() {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  @SuppressWarnings("NullAway.Init")
  Discussion() {}
}
