package org.syncyte.hub.audit;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "audit_event")
class AuditEvent {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  Instant at;
  @Nullable Long accountId;
  String action;
  String subject;
  String detail;

  @SuppressWarnings("NullAway.Init")
  AuditEvent() {}

  AuditEvent(Instant at, @Nullable Long accountId, String action, String subject, String detail) {
    this.at = at;
    this.accountId = accountId;
    this.action = action;
    this.subject = subject;
    this.detail = detail;
  }
}
