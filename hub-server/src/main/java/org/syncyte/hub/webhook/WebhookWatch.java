package org.syncyte.hub.webhook;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/// A user, an organisation or a model that a webhook watches.
@Entity
@Table(name = "webhook_watch")
class WebhookWatch {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  long webhookId;
  String type;
  String name;

  @SuppressWarnings("NullAway.Init")
  WebhookWatch() {}
}
