package org.syncyte.hub.federation;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Content that a federation exchanged, and which account brought it.
@Entity
@Table(name = "fed_blob")
class FedBlob {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String federation;
  String sha256;
  long size;
  long accountId;
  Instant createdAt;

  @SuppressWarnings("NullAway.Init")
  FedBlob() {}
}
