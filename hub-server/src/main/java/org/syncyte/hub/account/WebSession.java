package org.syncyte.hub.account;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A browser that signed in: the SHA-256 of what its cookie holds.
@Entity
@Table(name = "web_session")
class WebSession {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  byte[] hash;
  long accountId;
  Instant createdAt;
  Instant expiresAt;

  @SuppressWarnings("NullAway.Init")
  WebSession() {}

  WebSession(byte[] hash, long accountId, Instant createdAt, Instant expiresAt) {
    this.hash = hash.clone();
    this.accountId = accountId;
    this.createdAt = createdAt;
    this.expiresAt = expiresAt;
  }
}
