package org.syncyte.hub.webhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// How the hub tells others what happened.
@ConfigMapping(prefix = "syncyte.hub.webhooks")
public interface WebhookSettings {
  /// Whether webhooks may go to this machine and to private networks. Whoever may have a webhook
  /// can then make the hub call services that only the hub can reach.
  @WithDefault("false")
  boolean allowPrivate();

  /// How long one attempt may take.
  @WithDefault("PT10S")
  Duration timeout();

  /// The pause after the first failed attempt; each one after that is six times as long.
  @WithDefault("PT10S")
  Duration pause();

  /// How often a message is tried.
  @WithDefault("5")
  int attempts();

  /// The brokers of a Kafka cluster, which gets every event; none if this is empty.
  Optional<String> kafka();

  /// The topic of that cluster.
  @WithDefault("hub.events")
  String topic();
}
