package org.syncyte.hub.repo;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Stored content: its SHA-256, its length, and the id git would give it as a regular file.
@Entity
@Table(name = "blob")
class Blob {
  @Id String sha256;
  long size;
  @Nullable String gitOid;
  Instant createdAt;

  @SuppressWarnings("NullAway.Init")
  Blob() {}

  Blob(String sha256, long size, @Nullable String gitOid, Instant createdAt) {
    this.sha256 = sha256;
    this.size = size;
    this.gitOid = gitOid;
    this.createdAt = createdAt;
  }
}
