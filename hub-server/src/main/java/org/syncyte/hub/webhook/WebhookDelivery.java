package org.syncyte.hub.webhook;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One message to one webhook, and what became of it.
@Entity
@Table(name = "webhook_delivery")
class WebhookDelivery {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long webhookId;
  String event;
  String payload;

  @Enumerated(EnumType.STRING)
  DeliveryStatus status;

  int attempts;
  String outcome;
  Instant nextAt;
  Instant createdAt;

  long id() {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  @SuppressWarnings("NullAway.Init")
  WebhookDelivery() {}
}
