package org.syncyte.hub.webhook;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/// What is to be sent. A message that is due is leased to one sender: if that one dies, the message
/// is due again when the lease ends, so it arrives at least once.
@ApplicationScoped
class Outbox {
  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final Duration KEPT = Duration.ofDays(30);
  private final WebhookRepository store;
  private final StatelessSession session;
  private final Seal seal;
  private final WebhookSettings settings;

  Outbox(WebhookRepository store, StatelessSession session, Seal seal, WebhookSettings settings) {
    this.store = store;
    this.session = session;
    this.seal = seal;
    this.settings = settings;
  }

  /// A message, where it goes, and how often it was tried, this time included.
  record Due(long key, String url, @Nullable String secret, String payload, int attempt) {}

  /// An event for the topic.
  record Record(long key, String subject, String payload) {}

  @Transactional
  List<Due> lease(int limit) {
    var rows =
        session
            .createNativeQuery(
                "select * from webhook_delivery where status = 'PENDING' and next_at <= :now"
                    + " order by next_at, id limit :limit for update skip locked",
                WebhookDelivery.class)
            .setParameter("now", Instant.now())
            .setParameter("limit", limit)
            .getResultList();
    return rows.stream().map(this::lease).flatMap(Optional::stream).toList();
  }

  private Optional<Due> lease(WebhookDelivery delivery) {
    var webhook = store.webhook(delivery.webhookId).orElseThrow();
    if (webhook.disabled) {
      delivery.status = DeliveryStatus.FAILED;
      delivery.outcome = "the webhook was disabled";
      store.update(delivery);
      return Optional.empty();
    }
    delivery.attempts++;
    delivery.nextAt = Instant.now().plus(LEASE).truncatedTo(ChronoUnit.MILLIS);
    store.update(delivery);
    return Optional.of(
        new Due(
            delivery.id(),
            webhook.url,
            webhook.secret == null ? null : seal.open(webhook.secret),
            delivery.payload,
            delivery.attempts));
  }

  /// Notes what became of an attempt, and when the next one is.
  @Transactional
  void done(Due due, boolean sent, boolean again, String outcome) {
    var delivery = store.delivery(due.key()).orElse(null);
    if (delivery == null) {
      return;
    }
    boolean retry = !sent && again && due.attempt() < settings.attempts();
    delivery.status =
        sent ? DeliveryStatus.SENT : retry ? DeliveryStatus.PENDING : DeliveryStatus.FAILED;
    delivery.outcome = outcome.length() > 300 ? outcome.substring(0, 300) : outcome;
    long factor = Math.round(Math.pow(6, due.attempt() - 1));
    delivery.nextAt =
        Instant.now().plus(settings.pause().multipliedBy(factor)).truncatedTo(ChronoUnit.MILLIS);
    store.update(delivery);
  }

  @Transactional
  void tidy() {
    store.forget(Instant.now().minus(KEPT));
  }

  @Transactional
  List<Record> records(int limit) {
    return session
        .createNativeQuery(
            "select id, key, payload from event_outbox order by id limit :limit", Object[].class)
        .setParameter("limit", limit)
        .getResultList()
        .stream()
        .map(row -> new Record(((Number) row[0]).longValue(), (String) row[1], (String) row[2]))
        .toList();
  }

  @Transactional
  void sent(long upTo) {
    session
        .createNativeMutationQuery("delete from event_outbox where id <= :key")
        .setParameter("key", upTo)
        .executeUpdate();
  }
}
