package org.syncyte.hub.account;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "account")
class Account {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String name;
  String fullname;
  boolean admin;
  Instant createdAt;
  String email;

  /// As [Password] writes it; null if this account has none.
  @Nullable String password;

  /// The issuer and subject that sign this account in, or null.
  @Nullable String subject;

  @SuppressWarnings("NullAway.Init")
  Account() {}

  Account(String name, String fullname, boolean admin, Instant createdAt) {
    this.name = name;
    this.fullname = fullname;
    this.admin = admin;
    this.createdAt = createdAt;
    this.email = "";
  }
}
