package org.syncyte.hub.account;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/// An account that may write in a namespace other than its own.
@Entity
@Table(name = "member")
class Member {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String namespace;
  long accountId;

  @SuppressWarnings("NullAway.Init")
  Member() {}

  Member(String namespace, long accountId) {
    this.namespace = namespace;
    this.accountId = accountId;
  }
}
