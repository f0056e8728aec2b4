package org.syncyte.hub.account;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/// An account in a namespace other than its own.
@Entity
@Table(name = "member")
class Member {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String namespace;
  long accountId;

  @Enumerated(EnumType.STRING)
  MemberRole role;

  @SuppressWarnings("NullAway.Init")
  Member() {}

  Member(String namespace, long accountId, MemberRole role) {
    this.namespace = namespace;
    this.accountId = accountId;
    this.role = role;
  }
}
