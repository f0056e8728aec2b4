package org.syncyte.coordinator;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Canonical;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Hashes;
import org.syncyte.federation.Signing;
import org.syncyte.federation.Topics;
import org.syncyte.federation.journal.Chain;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.round.Codec;
import org.syncyte.federation.round.Effect;
import org.syncyte.federation.round.Reducer;
import org.syncyte.federation.round.State;

/// A federation's log on Kafka: what one coordinator, and only one, may write.
///
/// Opening it fences every predecessor (`initTransactions` with the federation's transactional id)
/// and reads the state anew: last snapshot, then the journal after it, chain and numbers checked.
/// Every [#commit] is one transaction: events to the journal, messages to sites, a snapshot now and
/// then. A message is seen by sites if and only if the event it follows from is in the journal.
final class KafkaLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int TRANSACTION_MS = 60_000;

  private final String federation;
  private final KeyPair key;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> inbox;
  private final Map<String, Long> inputs = new TreeMap<>();
  private Chain chain = Chain.start();
  private State state = State.NONE;
  private long lastMs;
  private long journalNext;
  private int sinceSnapshot;

  KafkaLog(String bootstrap, String federation, KeyPair key) {
    this.federation = federation;
    this.key = key;
    producer = new KafkaProducer<>(producerSettings(bootstrap, federation));
    inbox = new KafkaConsumer<>(consumerSettings(bootstrap, federation));
  }

  private static Map<String, Object> producerSettings(String bootstrap, String federation) {
    var settings = new TreeMap<String, Object>();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("key.serializer", ByteArraySerializer.class);
    settings.put("value.serializer", ByteArraySerializer.class);
    settings.put("transactional.id", "scfed-coord-" + federation);
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("transaction.timeout.ms", TRANSACTION_MS);
    settings.put("delivery.timeout.ms", 30_000);
    settings.put("request.timeout.ms", 20_000);
    settings.put("max.request.size", TopicPlan.MAX_SNAPSHOT);
    settings.put("linger.ms", 0);
    return settings;
  }

  private static Map<String, Object> consumerSettings(String bootstrap, String federation) {
    var settings = new TreeMap<String, Object>();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("key.deserializer", ByteArrayDeserializer.class);
    settings.put("value.deserializer", ByteArrayDeserializer.class);
    settings.put("group.id", "scfed-coordinator-" + federation);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.put("max.poll.records", 200);
    return settings;
  }

  State state() {
    return state;
  }

  /// Takes over: fences, reads, goes to where the last event had read to.
  ///
  /// @throws Chain.Broken if the journal is not what was written
  void recover() {
    producer.initTransactions();
    readSnapshot();
    var journal = new TopicPartition(Topics.journal(federation), 0);
    for (var record : readToEnd(journal, journalNext)) {
      var header = record.headers().lastHeader("h");
      var entry = chain.accept(record.value(), header == null ? new byte[0] : header.value());
      state =
          Reducer.reduce(
              state,
              Codec.event(
                  entry.event().getTimeMs(),
                  entry.event().getType(),
                  entry.event().getBody().toByteArray()));
      lastMs = entry.event().getTimeMs();
      inputs.clear();
      inputs.putAll(entry.event().getInputsMap());
      journalNext = record.offset() + 1;
    }
    listen();
  }

  /// Names of the instances that took over, in order; reads the journal without fencing anyone.
  List<String> takeovers() {
    var instances = new ArrayList<String>();
    var journal = new TopicPartition(Topics.journal(federation), 0);
    for (var record : readToEnd(journal, 0)) {
      var event = parse(record.value());
      if (event.getType().equals("Takeover")
          && Codec.event(event.getTimeMs(), "Takeover", event.getBody().toByteArray())
              instanceof org.syncyte.federation.round.Event.Takeover(var _, var instance)) {
        instances.add(instance);
      }
    }
    return instances;
  }

  private static org.syncyte.federation.message.JournalEvent parse(byte[] bytes) {
    try {
      return org.syncyte.federation.message.JournalEvent.parseFrom(bytes);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a journal entry", e);
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> readToEnd(TopicPartition place, long from) {
    inbox.assign(List.of(place));
    inbox.seek(place, from);
    long end = inbox.endOffsets(List.of(place)).getOrDefault(place, 0L);
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    while (inbox.position(place) < end) {
      inbox.poll(POLL).forEach(records::add);
    }
    return records;
  }

  private void readSnapshot() {
    var records = readToEnd(new TopicPartition(Topics.state(federation), 0), 0);
    if (records.isEmpty()) {
      return;
    }
    var fields = Canonical.object(records.getLast().value());
    if (!(fields.get("seq") instanceof Long seq)
        || !(fields.get("head") instanceof String head)
        || !(fields.get("ms") instanceof Long ms)
        || !(fields.get("journal") instanceof Long offset)
        || !(fields.get("inputs") instanceof Map<?, ?> read)
        || !(fields.get("state") instanceof String snapshot)) {
      throw new IllegalArgumentException("a snapshot of '%s' is damaged".formatted(federation));
    }
    state = Codec.state(Base64.getDecoder().decode(snapshot));
    chain = new Chain(seq, Hashes.bytes(head), ms);
    lastMs = ms;
    journalNext = offset;
    read.forEach((topic, next) -> inputs.put((String) topic, (Long) next));
  }

  private byte[] snapshot() {
    return Canonical.bytes(
        Map.of(
            "seq",
            chain.nextSeq(),
            "head",
            Hashes.hex(chain.head()),
            "ms",
            lastMs,
            "journal",
            journalNext,
            "inputs",
            inputs,
            "state",
            Base64.getEncoder().encodeToString(Codec.snapshot(state))));
  }

  /// Listens to all enrolled sites, from where the journal says.
  void listen() {
    var places = new ArrayList<TopicPartition>();
    for (String site : state.roster().keySet()) {
      places.add(new TopicPartition(Topics.up(federation, site), 0));
    }
    inbox.assign(places);
    for (TopicPartition place : places) {
      inbox.seek(place, inputs.getOrDefault(place.toString(), 0L));
    }
  }

  /// What sites said since, at most 200 records.
  List<ConsumerRecord<byte[], byte[]>> poll(Duration atMost) {
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    if (inbox.assignment().isEmpty()) {
      pause(atMost);
    } else {
      inbox.poll(atMost).forEach(records::add);
    }
    return records;
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }

  /// An event with its step, and how far its topic has been read with it.
  ///
  /// @param topic topic-partition of the message, or null
  record Decided(
      org.syncyte.federation.round.Event event,
      Reducer.Step step,
      @Nullable String topic,
      long next) {}

  /// A record that did not reach the state machine.
  record DeadLetter(ConsumerRecord<byte[], byte[]> record, String reason) {}

  /// One transaction. After it returns, all of it has happened; if it throws, none of it has, and
  /// this log must be thrown away.
  void commit(List<Decided> decided, List<DeadLetter> dead, boolean snapshotDue)
      throws InterruptedException, ExecutionException {
    producer.beginTransaction();
    Future<RecordMetadata> written = null;
    for (Decided one : decided) {
      if (one.topic() != null) {
        inputs.put(one.topic(), one.next());
      }
      var entry =
          chain.append(
              one.event().timeMs(), inputs, Codec.type(one.event()), Codec.body(one.event()));
      lastMs = entry.event().getTimeMs();
      var record =
          new ProducerRecord<>(Topics.journal(federation), 0, bytes(federation), entry.bytes());
      record.headers().add("h", entry.hash());
      written = producer.send(record);
      state = one.step().state();
      for (Effect effect : one.step().effects()) {
        switch (effect) {
          case Effect.ToAll(var message) -> send(Topics.ctl(federation), message);
          case Effect.ToSite(var site, var message) -> send(Topics.down(federation, site), message);
          case Effect.Compute _ -> {}
        }
      }
    }
    for (DeadLetter letter : dead) {
      bury(letter);
      inputs.merge(letter.record().topic() + "-0", letter.record().offset() + 1, Math::max);
    }
    sinceSnapshot += decided.size();
    if (written != null && (snapshotDue || sinceSnapshot >= 200)) {
      producer.flush();
      journalNext = written.get().offset() + 1;
      var _ =
          producer.send(
              new ProducerRecord<>(Topics.state(federation), 0, bytes(federation), snapshot()));
      sinceSnapshot = 0;
    }
    producer.commitTransaction();
  }

  private void send(String topic, Envelope message) {
    byte[] value = Envelopes.bytes(message);
    if (value.length > Envelopes.MAX_BYTES) {
      throw new KafkaException(
          "a %s of %d bytes is over the limit".formatted(Envelopes.type(message), value.length));
    }
    String type = Envelopes.type(message);
    String about = message.getRun().isEmpty() ? federation : message.getRun();
    var record = new ProducerRecord<>(topic, 0, bytes(about), value);
    record.headers().add("v", bytes(Envelopes.VERSION));
    record.headers().add("t", bytes(type));
    record.headers().add("kid", Signing.keyId(key.getPublic()));
    record.headers().add("sig", Signing.sign(key.getPrivate(), Envelopes.VERSION, type, value));
    var _ = producer.send(record);
  }

  private void bury(DeadLetter letter) {
    var source = letter.record();
    byte[] value = source.value() == null ? new byte[0] : source.value();
    var record =
        new ProducerRecord<>(
            Topics.DEAD_LETTERS,
            bytes(federation),
            value.length > Envelopes.MAX_BYTES ? new byte[0] : value);
    source.headers().forEach(record.headers()::add);
    record.headers().add("reason", bytes(letter.reason()));
    record.headers().add("from", bytes(source.topic() + "-0@" + source.offset()));
    var _ = producer.send(record);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    inbox.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
  }
}
