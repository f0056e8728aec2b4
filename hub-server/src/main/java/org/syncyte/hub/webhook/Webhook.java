package org.syncyte.hub.webhook;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An address to tell what happens. The secret goes along with each message, so it is kept sealed,
/// not hashed.
@Entity
@Table(name = "webhook")
class Webhook {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long accountId;
  String url;

  /// `repo`, `discussions`, or both with a space between.
  String domains;

  byte @Nullable [] secret;
  boolean disabled;
  Instant createdAt;

  long id() {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  @SuppressWarnings("NullAway.Init")
  Webhook() {}
}
