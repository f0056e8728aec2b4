package org.syncyte.hub.account;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A token as stored: the SHA-256 of the secret, never the secret.
@Entity
@Table(name = "api_token")
class ApiToken {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long accountId;
  String label;

  @Enumerated(EnumType.STRING)
  Role role;

  byte[] hash;
  Instant createdAt;
  @Nullable Instant expiresAt;
  @Nullable Instant lastUsedAt;

  /// The namespaces and repositories that it is good for, between spaces; empty for all.
  String places;

  @SuppressWarnings("NullAway.Init")
  ApiToken() {}

  ApiToken(
      long accountId,
      String label,
      Role role,
      byte[] hash,
      Instant createdAt,
      @Nullable Instant expiresAt) {
    this.accountId = accountId;
    this.label = label;
    this.role = role;
    this.hash = hash.clone();
    this.createdAt = createdAt;
    this.expiresAt = expiresAt;
    this.places = "";
  }
}
