package org.syncyte.hub.access;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One account's request for one repository's files. `granted` ones were never asked for.
@Entity
@Table(name = "access_request")
class AccessRequest {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long repoId;
  long accountId;

  @Enumerated(EnumType.STRING)
  AccessStatus status;

  String fields;
  @Nullable String reason;
  boolean granted;
  Instant createdAt;

  @SuppressWarnings("NullAway.Init")
  AccessRequest() {}
}
