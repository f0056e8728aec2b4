package org.syncyte.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.coordinator.ToySite.Manners;
import org.syncyte.coordinator.kafka.KafkaBroker;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.Signing;
import org.syncyte.federation.Topics;
import org.syncyte.federation.journal.Chain;
import org.syncyte.federation.round.Codec;
import org.syncyte.federation.round.Event;
import org.syncyte.federation.round.Invariants;
import org.syncyte.federation.round.Phase;
import org.syncyte.federation.round.Reducer;
import org.syncyte.federation.round.Run;
import org.syncyte.federation.round.State;

/// Whole runs over a real broker in its own process, three sites, blobs over HTTP.
@SuppressWarnings("NullAway.Init")
class KafkaRunTest {
  @TempDir static Path folder;
  private static KafkaBroker broker;
  private static BlobServer hub;
  private static KeyPair key;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    broker = KafkaBroker.start(folder.resolve("kafka"), "127.0.0.1", port);
    Files.createDirectories(folder.resolve("hub"));
    hub = new BlobServer(folder.resolve("hub"));
    key = Signing.newKey(new SecureRandom());
    Files.writeString(folder.resolve("public.pem"), Signing.pem(key.getPublic()));
    Files.writeString(folder.resolve("private.pem"), Signing.pem(key.getPrivate()));
  }

  @AfterAll
  static void stop() {
    hub.close();
    broker.close();
  }

  private static String spec(String federation, int rounds, int minSites) {
    return """
    {"federation":"%s","run":"r","model":"SCVI","batch_key":"b","labels_key":"l","genes":20,
     "rounds":%d,"phase_seconds":20,"min_sites":%d,"quorum":"0.6",
     "publish":{"repo":"o/m","publisher":"a","license":"mit"}}\
    """
        .formatted(federation, rounds, minSites);
  }

  private static Blobs blobs(String federation) {
    return new HubBlobs(hub.uri(), BlobServer.TOKEN, federation);
  }

  private static FederationRuntime runtime(String federation, String instance) {
    return new FederationRuntime(
        federation,
        new FederationRuntime.Surroundings(
            broker.bootstrapServers(),
            key,
            blobs(federation),
            instance,
            Clock.systemUTC(),
            Meters.NONE),
        (before, after) -> Invariants.check(before, after));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for a minute").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  /// Opens a federation of three sites and declares a run.
  private static List<ToySite> open(
      FederationRuntime runtime, String federation, int rounds, int minSites, Manners... manners) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicPlan.create(admin, federation, List.of());
    }
    runtime.start();
    runtime.decide(ms -> new Event.Opened(ms, federation, false));
    var sites = new ArrayList<ToySite>();
    for (int i = 0; i < manners.length; i++) {
      var site =
          new ToySite(
              broker.bootstrapServers(),
              federation,
              String.valueOf((char) ('a' + i)),
              blobs(federation),
              manners[i]);
      sites.add(site);
      runtime.decide(ms -> new Event.Enrolled(ms, site.id, Signing.pem(site.key.getPublic())));
    }
    runtime.decide(ms -> new Event.Declared(ms, spec(federation, rounds, minSites)));
    return sites;
  }

  private static Run ended(FederationRuntime runtime) throws InterruptedException {
    await(() -> runtime.state().runs().values().stream().anyMatch(Run::ended));
    return runtime.state().runs().values().iterator().next();
  }

  private static List<org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]>> all(
      String topic, int partitions) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "key.deserializer",
            ByteArrayDeserializer.class,
            "value.deserializer",
            ByteArrayDeserializer.class,
            "isolation.level",
            "read_committed");
    var records = new ArrayList<org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]>>();
    try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
      for (int p = 0; p < partitions; p++) {
        var place = new TopicPartition(topic, p);
        consumer.assign(List.of(place));
        consumer.seekToBeginning(List.of(place));
        long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
        while (consumer.position(place) < end) {
          consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
      }
    }
    return records;
  }

  @Test
  void threeSitesTrainAndPublish() throws Exception {
    try (var runtime = runtime("calm", "one")) {
      var sites =
          open(
              runtime,
              "calm",
              4,
              3,
              Manners.GOOD,
              Manners.GOOD,
              new Manners(false, false, false, true));
      sites.forEach(site -> site.start(10));

      Run run = ended(runtime);
      sites.forEach(ToySite::close);

      assertThat(run.phase())
          .isEqualTo(new Phase.Ended(Phase.Ended.Outcome.COMPLETED, "published", "o/m", "abc"));
      assertThat(run.rounds())
          .hasSize(4)
          .allMatch(r -> r.survivors().equals(List.of("a", "b", "c")));
      Manifest manifest =
          Manifest.parse(blobs("calm").read(java.util.Objects.requireNonNull(run.manifest())));
      assertThat(manifest.varNames()).hasSize(20);
      assertThat(manifest.batches()).containsExactly("a/0", "b/0", "c/0");
      assertThat(manifest.labels()).containsExactly("T", "label-a", "label-b", "label-c");
      expectModel(run);
      var published =
          sites.getFirst().heard.stream().filter(e -> e.hasPublishRequest()).findFirst();
      assertThat(published).isPresent();
      assertThat(published.get().getPublishRequest().getPartsMap()).containsOnlyKeys("a", "b");
      String history =
          new String(
              blobs("calm")
                  .read(
                      org.syncyte.federation.Blob.of(
                          published.get().getPublishRequest().getHistory())),
              StandardCharsets.UTF_8);
      assertThat(history).contains("\"round\":4").contains("\"elbo_train\":25.0");
    }
    verifyJournal("calm");
  }

  /// The committed model against arithmetic in the open: four steps of a tenth towards the weighted
  /// mean of the sites' places, and columns that moved by one a round at their owners alone.
  private static void expectModel(Run run) throws IOException {
    var model = Safetensors.read(blobs("calm").read(java.util.Objects.requireNonNull(run.model())));
    float[] w = model.floats("w").values();
    for (int i = 0; i < ToySite.SIZE; i += 97) {
      double place = 0;
      double total = 0;
      for (int site = 0; site < 3; site++) {
        double weight = 40 + 'a' + site;
        place += weight * (site + StrictMath.cos(i * ('a' + site)));
        total += weight;
      }
      double expected =
          place / total + (StrictMath.sin(i) - place / total) * StrictMath.pow(0.9, 4);
      assertThat((double) w[i]).isCloseTo(expected, org.assertj.core.api.Assertions.within(2e-6));
    }
    assertThat(model.floats("c").values())
        .containsExactly(0, 4, 4, 4, 0, 4, 4, 4, 0, 4, 4, 4, 0, 4, 4, 4);
  }

  private static void verifyJournal(String federation) {
    var chain = Chain.start();
    State state = State.NONE;
    for (var record : all(Topics.journal(federation), 1)) {
      var entry = chain.accept(record.value(), record.headers().lastHeader("h").value());
      State next =
          Reducer.reduce(
              state,
              Codec.event(
                  entry.event().getTimeMs(),
                  entry.event().getType(),
                  entry.event().getBody().toByteArray()));
      Invariants.check(state, next);
      state = next;
    }
    assertThat(state.runs()).hasSize(1);
  }

  private static Process child(String federation) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            CoordinatorProcess.class.getName(),
            broker.bootstrapServers(),
            hub.uri().toString(),
            folder.toString(),
            federation)
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(folder.resolve(federation + ".log").toFile()))
        .start();
  }

  @Test
  void killedCoordinatorsLeaveTheSameModel() throws Exception {
    String undisturbed;
    try (var runtime = runtime("whole", "one")) {
      var sites = open(runtime, "whole", 6, 3, Manners.GOOD, Manners.GOOD, Manners.GOOD);
      sites.forEach(site -> site.start(10));
      undisturbed = java.util.Objects.requireNonNull(ended(runtime).model()).sha256();
      sites.forEach(ToySite::close);
    }

    List<ToySite> sites;
    try (var runtime = runtime("killed", "one")) {
      sites = open(runtime, "killed", 6, 3, Manners.GOOD, Manners.GOOD, Manners.GOOD);
    }
    sites.forEach(site -> site.start(300));
    for (int round : new int[] {1, 2, 4}) {
      Process victim = child("killed");
      ToySite witness = sites.getFirst();
      await(() ->
          witness.heard.stream().anyMatch(e -> e.hasRoundAnnounce() && e.getRound() == round));
      Thread.sleep(100L * round);
      victim.destroyForcibly();
      assertThat(victim.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    Run run;
    try (var runtime = runtime("killed", "last")) {
      runtime.start();
      run = ended(runtime);
      assertThat(runtime.state().takeovers()).isEqualTo(5);
    }
    sites.forEach(ToySite::close);

    assertThat(((Phase.Ended) run.phase()).outcome()).isEqualTo(Phase.Ended.Outcome.COMPLETED);
    assertThat(run.rounds()).hasSize(6).allMatch(r -> r.survivors().size() == 3);
    assertThat(java.util.Objects.requireNonNull(run.model()).sha256()).isEqualTo(undisturbed);
    verifyJournal("killed");
  }

  @Test
  void spoiltRepeatedAndForgedUpdatesDoNoHarm() throws Exception {
    try (var runtime = runtime("rough", "one")) {
      var sites =
          open(
              runtime,
              "rough",
              3,
              2,
              new Manners(false, true, false, false),
              new Manners(false, false, true, false),
              new Manners(true, false, false, false));
      sites.forEach(site -> site.start(10));

      Run run = ended(runtime);
      sites.forEach(ToySite::close);

      assertThat(((Phase.Ended) run.phase()).outcome()).isEqualTo(Phase.Ended.Outcome.COMPLETED);
      assertThat(run.rounds())
          .hasSize(3)
          .allMatch(r -> r.survivors().equals(List.of("a", "b")))
          .allMatch(r -> r.refused().equals(Map.of("c", "nonfinite")))
          .allMatch(r -> r.trainingCells() == 40 + 'a' + 40 + 'b');
      assertThat(sites.get(2).heard)
          .anyMatch(
              e -> e.hasRoundFailed() && e.getRoundFailed().getCode().equals("refused:nonfinite"));
    }
    var letters =
        all(Topics.DEAD_LETTERS, 1).stream()
            .filter(r -> new String(r.key(), StandardCharsets.UTF_8).equals("rough"))
            .toList();
    assertThat(letters)
        .hasSizeGreaterThanOrEqualTo(6)
        .allMatch(r ->
            new String(r.headers().lastHeader("reason").value(), StandardCharsets.UTF_8)
                .equals("signature"));
    verifyJournal("rough");
  }

  @Test
  void anOlderCoordinatorIsFencedAndStandsBy() throws Exception {
    try (var old = runtime("fence", "old");
        var young = runtime("fence", "young")) {
      var sites = open(old, "fence", 2, 3, Manners.GOOD, Manners.GOOD, Manners.GOOD);
      young.start();
      await(() -> young.status() == FederationRuntime.Status.RUNNING);
      sites.forEach(site -> site.start(10));

      Run run = ended(young);
      await(() -> old.status() == FederationRuntime.Status.STANDING_BY);
      sites.forEach(ToySite::close);

      assertThat(((Phase.Ended) run.phase()).outcome()).isEqualTo(Phase.Ended.Outcome.COMPLETED);
    }
    verifyJournal("fence");
  }

  @Test
  void refusesAPortThatIsTaken() throws IOException {
    try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () -> KafkaBroker.start(folder.resolve("other"), "127.0.0.1", taken.getLocalPort()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("in use")
          .hasMessageContaining("syncyte.kafka.port");
    }
  }

  @Test
  void joinsItsOwnBrokerThatStillRuns() throws IOException {
    try (var again = KafkaBroker.start(folder.resolve("kafka"), "127.0.0.1", port)) {
      assertThat(again.process()).isNull();
      assertThat(again.bootstrapServers()).isEqualTo(broker.bootstrapServers());
    }
  }
}
