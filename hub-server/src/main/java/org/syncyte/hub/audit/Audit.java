package org.syncyte.hub.audit;

import jakarta.data.Limit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who changed what, by account number: no names, no addresses, no text that users wrote. An event
/// is written in the transaction of the change itself, so there is no change without one.
@ApplicationScoped
public class Audit {
  private final AuditRepository store;

  Audit(AuditRepository store) {
    this.store = store;
  }

  /// One line of the record.
  public record Event(
      long id, Instant at, @Nullable Long account, String action, String subject, String detail) {}

  @Transactional
  public void record(@Nullable Long accountId, String action, String subject, String detail) {
    store.insert(
        new AuditEvent(
            Instant.now().truncatedTo(ChronoUnit.MILLIS), accountId, action, subject, detail));
  }

  @Transactional
  public List<Event> after(long id, int limit) {
    return store.after(id, Limit.of(limit)).stream()
        .map(e ->
            new Event(
                Objects.requireNonNull(e.id), e.at, e.accountId, e.action, e.subject, e.detail))
        .toList();
  }
}
