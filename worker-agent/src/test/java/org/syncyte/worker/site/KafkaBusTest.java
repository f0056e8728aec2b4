package org.syncyte.worker.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Signing;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.RunAnnounce;
import org.syncyte.worker.hub.SmallHub;

/// The agent over a real broker.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KafkaBusTest {
  private static final String CTL = "scfed.demo.ctl";
  private static final String UP = "scfed.demo.a.up";
  @TempDir static Path folder;
  private static Broker broker;
  private static KafkaProducer<String, byte[]> coordinator;

  @BeforeAll
  static void start() throws IOException {
    broker = new Broker(folder.resolve("broker"), CTL, "scfed.demo.a.down", UP);
    coordinator =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address, "transactional.id", "scfed-coord-demo"),
            new StringSerializer(),
            new ByteArraySerializer());
    coordinator.initTransactions();
  }

  @AfterAll
  static void stop() {
    coordinator.close(Duration.ZERO);
    broker.close();
  }

  @Test
  @Order(1)
  void readsCommittedCommandsAndForgetsOnlyWhatWasCommitted() throws IOException {
    say("aborted".getBytes(StandardCharsets.UTF_8), Map.of(), false);
    say("first".getBytes(StandardCharsets.UTF_8), Map.of("t", new byte[] {7}), true);
    var config = config();
    try (var bus = new KafkaBus(config)) {
      var delivered = poll(bus);
      assertThat(texts(delivered)).containsExactly("first");
      assertThat(delivered.getFirst().headers().get("t")).containsExactly(7);
    }
    try (var bus = new KafkaBus(config)) {
      assertThat(texts(poll(bus))).containsExactly("first");
      bus.commit();
    }
    say("second".getBytes(StandardCharsets.UTF_8), Map.of(), true);
    try (var bus = new KafkaBus(config)) {
      assertThat(texts(poll(bus))).containsExactly("second");
      bus.commit();
    }
  }

  @Test
  @Order(2)
  void answersAnAnnouncementOverBrokerAndHubOnce() throws Exception {
    var key = Signing.newKey(new SecureRandom());
    try (var hub = new SmallHub()) {
      var settings = settings(hub);
      Files.writeString(folder.resolve("coordinator.pub.pem"), Signing.pem(key.getPublic()));
      var config = SiteConfig.read(settings);
      announce(key, 1);
      var first = run(config, 2);
      assertThat(first.stream().map(Envelope::getBodyCase))
          .containsExactly(Envelope.BodyCase.HELLO, Envelope.BodyCase.VOCABULARY_OFFER);
      var genes = first.getLast().getVocabularyOffer().getGenes().getSha256().toByteArray();
      assertThat(hub.holds(genes)).isTrue();
      announce(key, 1);
      announce(key, 2);
      var all = run(config, 4);
      assertThat(all.stream().map(Envelope::getBodyCase))
          .containsExactly(
              Envelope.BodyCase.HELLO,
              Envelope.BodyCase.VOCABULARY_OFFER,
              Envelope.BodyCase.HELLO,
              Envelope.BodyCase.VOCABULARY_OFFER);
      assertThat(all.stream().map(Envelope::getSeq)).isSorted().doesNotHaveDuplicates();
    }
  }

  /// Runs the agent until that many messages are on the topic.
  private static List<Envelope> run(SiteConfig config, int messages) throws InterruptedException {
    var failure = new AtomicReference<RuntimeException>();
    try (var agent = SiteAgent.open(config, SiteListener.SILENT)) {
      var thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  agent.work();
                } catch (RuntimeException e) {
                  failure.set(e);
                }
              });
      var read = read(messages);
      agent.stop();
      thread.join();
      if (failure.get() != null) {
        throw failure.get();
      }
      return read;
    }
  }

  private static List<Envelope> read(int messages) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", broker.address),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      var partition = new TopicPartition(UP, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      var found = new ArrayList<Envelope>();
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      long grace = Long.MAX_VALUE;
      while (System.nanoTime() < Math.min(end, grace)) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          found.add(Envelopes.parse(record.value()));
        }
        if (found.size() >= messages && grace == Long.MAX_VALUE) {
          grace = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        }
      }
      return found;
    }
  }

  private static void announce(java.security.KeyPair key, long seq) {
    var spec =
        "{\"federation\":\"demo\",\"run\":\"r\",\"model\":\"SCVI\",\"batch_key\":\"donor\",\"rounds\":1}";
    var value =
        Envelopes.of(
                "demo",
                "r",
                0,
                0,
                Envelopes.COORDINATOR,
                seq,
                1,
                RunAnnounce.newBuilder().setSpecJson(spec).build())
            .toByteArray();
    var headers = new LinkedHashMap<String, byte[]>();
    headers.put("v", "1.0".getBytes(StandardCharsets.US_ASCII));
    headers.put("t", "RunAnnounce".getBytes(StandardCharsets.US_ASCII));
    headers.put("sig", Signing.sign(key.getPrivate(), "1.0", "RunAnnounce", value));
    headers.put("kid", Signing.keyId(key.getPublic()));
    say(value, headers, true);
  }

  private static void say(byte[] value, Map<String, byte[]> headers, boolean commit) {
    coordinator.beginTransaction();
    var record = new ProducerRecord<>(CTL, "r", value);
    headers.forEach(record.headers()::add);
    var _ = coordinator.send(record);
    coordinator.flush();
    if (commit) {
      coordinator.commitTransaction();
    } else {
      coordinator.abortTransaction();
    }
  }

  private static List<Bus.Delivery> poll(KafkaBus bus) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < end) {
      var delivered = bus.poll(Duration.ofMillis(200));
      if (!delivered.isEmpty()) {
        return delivered;
      }
    }
    return List.of();
  }

  private static List<String> texts(List<Bus.Delivery> deliveries) {
    return deliveries.stream()
        .map(delivery -> new String(delivery.value(), StandardCharsets.UTF_8))
        .toList();
  }

  private static SiteConfig config() throws IOException {
    try (var hub = new SmallHub()) {
      return SiteConfig.read(settings(hub));
    }
  }

  private static Path settings(SmallHub hub) throws IOException {
    Files.writeString(folder.resolve("hub.token"), SmallHub.TOKEN + "\n");
    Files.writeString(folder.resolve("policy.yaml"), Stage.OPEN);
    if (!Files.exists(folder.resolve("cells.h5ad"))) {
      H5ad.write(Stage.cells("a", 40, 5), folder.resolve("cells.h5ad"));
    }
    return Files.writeString(
        folder.resolve("site.yaml"),
        """
        version: 1
        site: a
        federation: demo
        kafka: %s
        hub: %s
        token-file: hub.token
        data: [cells.h5ad]
        folder: state
        policy: policy.yaml
        coordinator-key: coordinator.pub.pem
        """
            .formatted(broker.address, hub.address()));
  }
}
