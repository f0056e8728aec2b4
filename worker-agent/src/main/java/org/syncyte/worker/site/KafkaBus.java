package org.syncyte.worker.site;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The line to the coordinator over Kafka.
///
/// Reads `scfed.<f>.ctl` and `scfed.<f>.<s>.down`, committed transactions only: a command of a
/// coordinator that crashed in mid-step must never be carried out. The site is a static member of
/// its group, so that an agent that is started again takes over at once and a second agent of the
/// same site pushes the first one out. `poll`, `commit` and `close` belong to one thread; `send`
/// and `pulse` to any.
///
/// Source: `spec/federation.md` section 3.
public final class KafkaBus implements Bus {
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final KafkaConsumer<String, byte[]> consumer;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaProducer<String, byte[]> pulses;
  private volatile long silentUntil = System.nanoTime();
  private volatile boolean closed;

  public KafkaBus(SiteConfig config) {
    var common = new LinkedHashMap<String, Object>(config.kafkaProperties());
    common.put("bootstrap.servers", config.kafka());
    var reading = new LinkedHashMap<>(common);
    reading.put(
        ConsumerConfig.GROUP_ID_CONFIG,
        "scfed-site-%s-%s".formatted(config.federation(), config.site()));
    reading.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.site());
    reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    reading.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
    this.consumer =
        new KafkaConsumer<>(reading, new StringDeserializer(), new ByteArrayDeserializer());
    var writing = new LinkedHashMap<>(common);
    writing.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    writing.put(ProducerConfig.ACKS_CONFIG, "all");
    writing.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1 << 20);
    writing.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
    this.producer = new KafkaProducer<>(writing, new StringSerializer(), new ByteArraySerializer());
    var pulsing = new LinkedHashMap<>(common);
    pulsing.put(ProducerConfig.ACKS_CONFIG, "1");
    pulsing.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    pulsing.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 500);
    this.pulses = new KafkaProducer<>(pulsing, new StringSerializer(), new ByteArraySerializer());
    consumer.subscribe(
        List.of(
            "scfed.%s.ctl".formatted(config.federation()),
            "scfed.%s.%s.down".formatted(config.federation(), config.site())));
  }

  @Override
  public List<Delivery> poll(Duration wait) {
    var deliveries = new ArrayList<Delivery>();
    for (var record : consumer.poll(wait)) {
      var headers = new LinkedHashMap<String, byte[]>();
      for (var header : record.headers()) {
        headers.put(header.key(), header.value());
      }
      deliveries.add(
          new Delivery(
              record.topic(),
              record.offset(),
              headers,
              record.value() == null ? new byte[0] : record.value()));
    }
    return deliveries;
  }

  @Override
  public void commit() {
    consumer.commitSync();
  }

  /// Tries for as long as the agent lives; a broker that restarts costs time, not messages.
  @Override
  public void send(String topic, String key, Map<String, byte[]> headers, byte[] value) {
    for (long pause = 250; ; pause = Math.min(8_000, pause * 2)) {
      try {
        var record = new ProducerRecord<>(topic, key, value);
        headers.forEach(record.headers()::add);
        producer.send(record).get();
        return;
      } catch (ExecutionException e) {
        if (closed || !(e.getCause() instanceof RetriableException)) {
          throw new IllegalStateException(
              "the broker does not take messages on " + topic, e.getCause());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while sending", e);
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while sending", e);
      }
    }
  }

  /// Waits at most half a second for a broker that is away, and then leaves signs of life out for a
  /// minute: training must not wait for them.
  @Override
  public void pulse(String topic, String key, byte[] value) {
    if (System.nanoTime() - silentUntil < 0) {
      return;
    }
    var record = new ProducerRecord<>(topic, key, value);
    record.headers().add("t", "Pulse".getBytes(StandardCharsets.US_ASCII));
    try {
      var _ =
          pulses.send(
              record,
              (_, failure) -> {
                if (failure != null) {
                  silentUntil = System.nanoTime() + SILENCE.toNanos();
                }
              });
    } catch (KafkaException e) {
      silentUntil = System.nanoTime() + SILENCE.toNanos();
    }
  }

  @Override
  public void close() {
    closed = true;
    consumer.close();
    producer.close(Duration.ofSeconds(5));
    pulses.close(Duration.ZERO);
  }
}
