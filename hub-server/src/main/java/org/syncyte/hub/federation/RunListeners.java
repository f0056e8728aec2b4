package org.syncyte.hub.federation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Whoever watches the runs. Nobody has a thread: whoever changes a run, and the pulse, hands on
/// what is new since the last time, to all, in order.
///
/// A listener that comes again with the last number it saw gets what it missed first: a run's row
/// holds its newest state, so what was missed is at most one event a run. Who missed more than one
/// batch gets the first batch and is let go, and so comes again for the next. The same happens to
/// whoever reads too slowly: a queue is bounded, and an overflow ends the connection.
@ApplicationScoped
class RunListeners {
  private static final Logger LOG = Logger.getLogger(RunListeners.class);
  private static final int BATCH = 200;
  private static final int QUEUE = 2 * BATCH;
  private static final long RETRY_MS = 3000;

  private final FederatedRuns runs;
  private final FederationSettings settings;
  private final ObjectMapper json;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private long told = -1;

  RunListeners(FederatedRuns runs, FederationSettings settings, ObjectMapper json) {
    this.runs = runs;
    this.settings = settings;
    this.json = json;
  }

  private record Listener(Sse sse, MultiEmitter<? super OutboundSseEvent> emitter) {
    void sign(String comment) {
      emitter.emit(sse.newEventBuilder().comment(comment).build());
    }

    void tell(Told event) {
      emitter.emit(
          sse.newEventBuilder()
              .id(Long.toString(event.change()))
              .name("run")
              .data(String.class, event.json())
              .build());
    }
  }

  private record Told(long change, String json) {}

  /// Events after a change, and then all that come.
  ///
  /// @param after the last change that the listener knows; negative for none, which begins now
  Multi<OutboundSseEvent> listen(Sse sse, long after) {
    if (listeners.size() >= settings.listeners()) {
      throw new HubException(ErrorCode.TOO_MANY, "Too many listeners; come again later")
          .header("Retry-After", "30");
    }
    return Multi.createFrom()
        .<OutboundSseEvent>emitter(emitter -> join(new Listener(sse, emitter), after), QUEUE)
        // Joining asks the database, which the threads of connections must not wait for.
        .runSubscriptionOn(task -> Thread.ofVirtual().name("run-listener").start(task));
  }

  private void join(Listener listener, long after) {
    var emitter = listener.emitter();
    lock.lock();
    try {
      catchUp();
      if (listeners.size() >= settings.listeners()) {
        emitter.complete();
        return;
      }
      listeners.add(listener);
      emitter.onTermination(() -> listeners.remove(listener));
      if (emitter.isCancelled()) {
        listeners.remove(listener);
      }
      emitter.emit(
          listener.sse().newEventBuilder().comment("listening").reconnectDelay(RETRY_MS).build());
      // A number from the future is of another database: its holder knows nothing of this one.
      var missed =
          after < 0 ? List.<FederatedRun>of() : runs.since(after > told ? 0 : after, BATCH);
      missed.stream().map(this::told).forEach(listener::tell);
      if (missed.size() == BATCH) {
        emitter.complete();
      }
    } catch (RuntimeException failure) {
      LOG.warn("a listener could not be served", failure);
      emitter.complete();
    } finally {
      lock.unlock();
    }
  }

  /// Tells everyone what changed since the last time.
  void tell() {
    lock.lock();
    try {
      catchUp();
    } finally {
      lock.unlock();
    }
  }

  private void catchUp() {
    if (listeners.isEmpty()) {
      told = runs.newest();
      return;
    }
    List<FederatedRun> changed;
    do {
      changed = runs.since(told, BATCH);
      for (var run : changed) {
        var event = told(run);
        listeners.forEach(listener -> listener.tell(event));
        told = run.change();
      }
    } while (changed.size() == BATCH);
  }

  private Told told(FederatedRun run) {
    try {
      return new Told(run.change(), json.writeValueAsString(run));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// A sign of life for listeners and whatever stands between; changes that another hub of the same
  /// database has made; runs that became silent.
  @Scheduled(
      every = "${syncyte.hub.federations.pulse:15s}",
      identity = "federations",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void pulse() {
    runs.silent(Instant.now().minus(settings.stale()));
    lock.lock();
    try {
      catchUp();
      listeners.forEach(listener -> listener.sign("still here"));
    } finally {
      lock.unlock();
    }
  }
}
