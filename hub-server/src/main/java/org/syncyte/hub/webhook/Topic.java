package org.syncyte.hub.webhook;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// The topic that gets every event if a broker is configured, in order, under the repository's id
/// as key. An event leaves the outbox when the brokers have it, so it arrives at least once.
@ApplicationScoped
class Topic {
  private static final int AT_ONCE = 500;
  private final WebhookSettings settings;
  private @Nullable KafkaProducer<String, String> producer;

  Topic(WebhookSettings settings) {
    this.settings = settings;
  }

  /// True if there was something to send.
  boolean send(Outbox outbox) throws InterruptedException, ExecutionException {
    var brokers = settings.kafka();
    if (brokers.isEmpty()) {
      return false;
    }
    var records = outbox.records(AT_ONCE);
    if (records.isEmpty()) {
      return false;
    }
    var to = producer(brokers.get());
    var sending = new ArrayList<Future<?>>();
    for (var one : records) {
      sending.add(to.send(new ProducerRecord<>(settings.topic(), one.subject(), one.payload())));
    }
    for (var one : sending) {
      one.get();
    }
    outbox.sent(records.getLast().key());
    return true;
  }

  private KafkaProducer<String, String> producer(String brokers)
      throws InterruptedException, ExecutionException {
    var made = producer;
    if (made == null) {
      makeTopic(brokers);
      made =
          new KafkaProducer<>(
              Map.of(
                  ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                  brokers,
                  ProducerConfig.ACKS_CONFIG,
                  "all",
                  ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                  true,
                  ProducerConfig.MAX_BLOCK_MS_CONFIG,
                  10_000,
                  ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                  30_000,
                  ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                  10_000),
              new StringSerializer(),
              new StringSerializer());
      producer = made;
    }
    return made;
  }

  /// Brokers may not make topics by themselves.
  private void makeTopic(String brokers) throws InterruptedException, ExecutionException {
    try (var admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) brokers))) {
      admin
          .createTopics(List.of(new NewTopic(settings.topic(), Optional.empty(), Optional.empty())))
          .all()
          .get();
    } catch (ExecutionException failure) {
      if (!(failure.getCause() instanceof TopicExistsException)) {
        throw failure;
      }
    }
  }

  @PreDestroy
  void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(5));
    }
  }
}
