package org.syncyte.coordinator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.round.Run;

/// Tells the hub how public runs go, beside the runs and never in their way.
///
///     PUT {hub}/api/v1/fed/{federation}/runs/{run}      a `PublicRun`
///
/// One thread compares what the runs are with what the hub heard last, whenever something changed and
/// every few seconds besides. So changes that come fast are told together, a hub that was away gets
/// the newest state alone, and after a restart everything is told once more. A run that goes on is told every two
/// minutes though nothing changes: the hub calls a run stale that nobody speaks of.
@Startup
@ApplicationScoped
class Overview {
  private static final Logger LOG = Logger.getLogger(Overview.class);
  private static final Duration ALIVE = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration BETWEEN = Duration.ofMillis(300);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final JsonMapper JSON = new JsonMapper();

  private final Coordinator coordinator;
  private final String base;
  private final @Nullable String token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final Semaphore changed = new Semaphore(0);
  private final Map<Name, Heard> heard = new HashMap<>();
  private final Thread thread = Thread.ofVirtual().name("overview").unstarted(this::work);
  private String complaint = "";
  private volatile boolean stopped;

  private record Name(String federation, String run) {}

  private record Heard(Run run, long nanos) {}

  Overview(Coordinator coordinator, Settings settings) {
    this.coordinator = coordinator;
    var own = settings.coordinator();
    base = own.hub().toString().replaceFirst("/+$", "") + "/api/v1/fed/";
    token = own.hubToken().orElse(null);
  }

  @PostConstruct
  void start() {
    coordinator.listen((_, run) -> {
      if (PublicRun.allowed(run)) {
        changed.release();
      }
    });
    thread.start();
  }

  @PreDestroy
  void stop() {
    stopped = true;
    thread.interrupt();
  }

  private void work() {
    Duration pause = FIRST_PAUSE;
    try {
      while (!stopped) {
        if (changed.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
          Thread.sleep(BETWEEN);
        }
        changed.drainPermits();
        if (tellSafely()) {
          pause = FIRST_PAUSE;
        } else {
          Thread.sleep(pause);
          pause =
              pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                  ? LONGEST_PAUSE
                  : pause.multipliedBy(2);
          changed.release();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whatever goes wrong here is said, and must not end the thread.
  private boolean tellSafely() throws InterruptedException {
    try {
      return tell();
    } catch (RuntimeException e) {
      complain("a public run cannot be told of: " + e);
      return false;
    }
  }

  /// @return false if the hub was away for any of it
  private boolean tell() throws InterruptedException {
    boolean there = true;
    for (var runtime : coordinator.runtimes()) {
      if (runtime.status() != FederationRuntime.Status.RUNNING) {
        continue;
      }
      for (var run : runtime.state().runs().values()) {
        var name = new Name(runtime.name(), run.spec().run());
        if (PublicRun.allowed(run) && due(run, heard.get(name))) {
          if (told(name, run)) {
            heard.put(name, new Heard(run, System.nanoTime()));
          } else {
            there = false;
          }
        }
      }
    }
    return there;
  }

  /// A state is a new object if and only if something changed.
  @SuppressWarnings("ReferenceEquality")
  private static boolean due(Run run, @Nullable Heard last) {
    return last == null
        || last.run() != run
        || !run.ended() && System.nanoTime() - last.nanos() > ALIVE.toNanos();
  }

  /// @return whether there is no use in saying it again
  private boolean told(Name name, Run run) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(base + name.federation() + "/runs/" + name.run()))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofByteArray(bytes(PublicRun.of(run))));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    int status;
    try {
      status = http.send(request.build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      complain("the hub cannot be told of public runs: " + e);
      return false;
    }
    if (status / 100 == 2) {
      complaint = "";
      return true;
    }
    complain(
        "the hub answers %d to the report of run '%s'%s"
            .formatted(
                status,
                name.run(),
                status == 401 || status == 403
                    ? "; it takes reports with a token of the role COORDINATE"
                    : ""));
    return status / 100 == 4 && status != 408 && status != 429;
  }

  private static byte[] bytes(PublicRun run) {
    try {
      return JSON.writeValueAsBytes(run);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records have a JSON form", e);
    }
  }

  /// Says the same thing once.
  private void complain(String what) {
    if (!what.equals(complaint)) {
      complaint = what;
      LOG.warn(what);
    }
  }
}
