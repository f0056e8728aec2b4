package org.syncyte.hub.account;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A namespace that several accounts share.
@Entity
@Table(name = "organization")
class Organization {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String name;
  String fullname;
  String details;
  Instant createdAt;

  @SuppressWarnings("NullAway.Init")
  Organization() {}

  Organization(String name, String fullname, Instant createdAt) {
    this.name = name;
    this.fullname = fullname;
    this.details = "";
    this.createdAt = createdAt;
  }
}
