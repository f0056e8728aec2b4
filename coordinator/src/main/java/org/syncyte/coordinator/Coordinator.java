package org.syncyte.coordinator;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.syncyte.coordinator.kafka.KafkaBroker;
import org.syncyte.federation.Ids;
import org.syncyte.federation.Signing;
import org.syncyte.federation.round.Event;
import org.syncyte.federation.round.Run;
import org.syncyte.federation.round.State;

/// All federations of this coordinator. At the start it takes over every federation that has a
/// journal.
@Startup
@ApplicationScoped
class Coordinator {
  private static final Logger LOG = Logger.getLogger(Coordinator.class);

  private final Settings settings;
  private final MeterRegistry registry;
  private final Map<String, FederationRuntime> runtimes = new ConcurrentSkipListMap<>();
  private final List<BiConsumer<String, Run>> listeners = new CopyOnWriteArrayList<>();
  private @Nullable KafkaBroker broker;
  private String bootstrap = "";
  private String token = "";
  private @Nullable KeyPair key;

  Coordinator(Settings settings, MeterRegistry registry) {
    this.settings = settings;
    this.registry = registry;
  }

  @PostConstruct
  void start() {
    var own = settings.coordinator();
    var kafka = settings.kafka();
    try {
      key = Keys.signing(own.data());
      if (own.token().isPresent()) {
        token = own.token().get();
      } else {
        token = Keys.token(own.data());
        LOG.infof("the REST token is in %s", own.data().resolve("token"));
      }
      if (kafka.bootstrapServers().isPresent()) {
        bootstrap = kafka.bootstrapServers().get();
      } else {
        broker =
            KafkaBroker.start(
                kafka.data().orElse(own.data().resolve("kafka")), kafka.host(), kafka.port());
        bootstrap = broker.bootstrapServers();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      TopicPlan.federations(admin).forEach(this::takeOver);
    }
    LOG.infof("Kafka at %s, federations %s", bootstrap, runtimes.keySet());
  }

  @PreDestroy
  void stop() {
    runtimes.values().forEach(FederationRuntime::close);
    if (broker != null) {
      broker.close();
    }
  }

  private FederationRuntime takeOver(String federation) {
    var own = settings.coordinator();
    var around =
        new FederationRuntime.Surroundings(
            bootstrap,
            signingKey(),
            new HubBlobs(own.hub(), own.hubToken().orElse(null), federation),
            own.instance().orElseGet(Coordinator::here),
            Clock.systemUTC(),
            new Micrometer(registry));
    var runtime =
        new FederationRuntime(
            federation,
            around,
            (before, after) ->
                after
                    .runs()
                    .forEach((id, run) -> {
                      if (!run.equals(before.runs().get(id))) {
                        listeners.forEach(listener -> listener.accept(federation, run));
                      }
                    }));
    runtimes.put(federation, runtime);
    runtime.start();
    return runtime;
  }

  private record Micrometer(MeterRegistry registry) implements Meters {
    @Override
    public void count(String name, String federation, int amount) {
      registry.counter(name, "federation", federation).increment(amount);
    }

    @Override
    public void time(String name, String federation, long nanos) {
      registry.timer(name, "federation", federation).record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  private static String here() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (IOException _) {
      host = "localhost";
    }
    return host + "-" + ProcessHandle.current().pid();
  }

  private KeyPair signingKey() {
    if (key == null) {
      throw new IllegalStateException("the coordinator has not started");
    }
    return key;
  }

  String publicKey() {
    return Signing.pem(signingKey().getPublic());
  }

  String bootstrapServers() {
    return bootstrap;
  }

  boolean openEnrolment() {
    return settings.coordinator().openEnrolment();
  }

  boolean admits(String given) {
    return java.security.MessageDigest.isEqual(
        token.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        given.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  Collection<FederationRuntime> runtimes() {
    return runtimes.values();
  }

  /// @throws Unknown if there is no such federation
  FederationRuntime runtime(String federation) {
    FederationRuntime runtime = runtimes.get(federation);
    if (runtime == null) {
      throw new Unknown("there is no federation '%s'".formatted(federation));
    }
    return runtime;
  }

  /// Something that a request names and nobody knows.
  static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unknown(String message) {
      super(message);
    }
  }

  /// Opens a federation, or finds the one that is there.
  synchronized FederationRuntime open(String federation) {
    Ids.check("a federation's id", federation);
    FederationRuntime runtime = runtimes.get(federation);
    if (runtime == null) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
        TopicPlan.create(admin, federation, List.of());
      }
      runtime = takeOver(federation);
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (runtime.status() == FederationRuntime.Status.REPLAYING
          && System.nanoTime() < deadline) {
        pause();
      }
    }
    if (runtime.state().federation().isEmpty()) {
      runtime.decide(ms -> new Event.Opened(ms, federation, openEnrolment()));
    }
    return runtime;
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  State enrol(String federation, String site, String publicKey) {
    return runtime(federation).decide(ms -> new Event.Enrolled(ms, site, publicKey));
  }

  /// The run of that id; of several federations, the one in progress first.
  Run run(String id) {
    Run found = null;
    for (FederationRuntime runtime : runtimes.values()) {
      Run run = runtime.state().runs().get(id);
      if (run != null && (found == null || !run.ended())) {
        found = run;
      }
    }
    if (found == null) {
      throw new Unknown("there is no run '%s'".formatted(id));
    }
    return found;
  }

  AutoCloseable listen(BiConsumer<String, Run> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
