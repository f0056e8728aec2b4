package org.syncyte.coordinator;

import java.io.IOException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.journal.Chain;
import org.syncyte.federation.round.Effect;
import org.syncyte.federation.round.Event;
import org.syncyte.federation.round.Reducer;
import org.syncyte.federation.round.Run;
import org.syncyte.federation.round.State;
import org.syncyte.federation.round.Task;

/// Runs one federation: one thread that owns its log and its clock.
///
///     poll records, commands, finished work, timers → verify → reduce → one transaction → begin work
///
/// No long work in a transaction, no state that is not in the journal. Whatever goes wrong with the log,
/// the answer is the same: drop it and all memory, and take over again by reading. If another instance
/// has taken over since, this one stands by: two coordinators never both write, because the broker
/// fences the older.
final class FederationRuntime implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(FederationRuntime.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration SLOW = Duration.ofSeconds(20);

  /// How a runtime stands.
  enum Status {
    REPLAYING,
    RUNNING,
    STANDING_BY,
    QUARANTINED,
    STOPPED
  }

  /// What a runtime needs from outside.
  record Surroundings(
      String bootstrap, KeyPair key, Blobs blobs, String instance, Clock clock, Meters meters) {}

  /// Is told of every committed state.
  interface Listener {
    void changed(State before, State after);
  }

  private record Command(LongFunction<Event> event, CompletableFuture<State> done) {}

  private record Finished(int generation, Task task, Event.Result result) {}

  private final String federation;
  private final Surroundings around;
  private final Work work;
  private final Listener listener;
  private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
  private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile State visible = State.NONE;
  private volatile Status status = Status.REPLAYING;
  private volatile boolean stopped;
  private volatile int generation;

  FederationRuntime(String federation, Surroundings around, Listener listener) {
    this.federation = federation;
    this.around = around;
    this.listener = listener;
    work = new Work(around.blobs());
    thread = Thread.ofPlatform().name("federation-" + federation).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  String name() {
    return federation;
  }

  Status status() {
    return status;
  }

  /// The last committed state.
  State state() {
    return visible;
  }

  /// Decides an event for an operator.
  ///
  /// @throws IllegalArgumentException if the state forbids it
  State decide(LongFunction<Event> event) {
    if (status != Status.RUNNING && status != Status.REPLAYING) {
      throw new IllegalStateException("federation '%s' is %s here".formatted(federation, status));
    }
    var command = new Command(event, new CompletableFuture<>());
    commands.add(command);
    try {
      return command.done().orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException(
          "federation '%s' did not decide".formatted(federation), e.getCause());
    }
  }

  private void run() {
    Duration pause = Duration.ofMillis(200);
    while (!stopped) {
      generation++;
      finished.clear();
      try (var log = new KafkaLog(around.bootstrap(), federation, around.key())) {
        status = Status.REPLAYING;
        takeOver(log);
        pause = Duration.ofMillis(200);
        while (!stopped) {
          step(log);
        }
      } catch (Chain.Broken | ClassCastException e) {
        LOG.errorf(e, "federation %s: the journal cannot be trusted", federation);
        status = Status.QUARANTINED;
        return;
      } catch (InterruptException | InterruptedException _) {
        stopped = true;
      } catch (KafkaException | ExecutionException e) {
        around.meters().count("syncyte.coordinator.log.lost", federation);
        LOG.warnf("federation %s: log lost (%s), taking over again", federation, e);
        if (fenced(e) && superseded()) {
          LOG.warnf("federation %s: another instance has taken over", federation);
          status = Status.STANDING_BY;
          return;
        }
        pause = sleep(pause);
      } catch (RuntimeException e) {
        LOG.errorf(e, "federation %s: unexpected, taking over again", federation);
        pause = sleep(pause);
      }
    }
    status = Status.STOPPED;
  }

  private Duration sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException _) {
      stopped = true;
    }
    return pause.multipliedBy(2).compareTo(SLOW) > 0 ? SLOW : pause.multipliedBy(2);
  }

  private static boolean fenced(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  private boolean superseded() {
    try (var log = new KafkaLog(around.bootstrap(), federation, around.key())) {
      List<String> instances = log.takeovers();
      return !instances.isEmpty() && !instances.getLast().equals(around.instance());
    } catch (KafkaException _) {
      return false;
    }
  }

  private void takeOver(KafkaLog log) throws ExecutionException, InterruptedException {
    long began = System.nanoTime();
    log.recover();
    commit(log, List.of(input(new Event.Takeover(now(), around.instance()))), List.of());
    Task pending = Reducer.pending(log.state());
    if (pending != null) {
      begin(pending);
    }
    around.meters().time("syncyte.coordinator.takeover", federation, System.nanoTime() - began);
    status = Status.RUNNING;
  }

  private long now() {
    return around.clock().millis();
  }

  /// Something to decide, and where it was read.
  private record Input(
      Event event, @Nullable String topic, long next, @Nullable CompletableFuture<State> done) {}

  private static Input input(Event event) {
    return new Input(event, null, 0, null);
  }

  private void step(KafkaLog log) throws ExecutionException, InterruptedException {
    var inputs = new ArrayList<Input>();
    var dead = new ArrayList<KafkaLog.DeadLetter>();
    var inspector = new Inspector();
    for (var record : log.poll(commands.isEmpty() && finished.isEmpty() ? POLL : Duration.ZERO)) {
      try {
        var message = inspector.inspect(record, log.state());
        String place = record.topic() + "-" + record.partition();
        inputs.add(new Input(new Event.Received(now(), message), place, record.offset() + 1, null));
      } catch (Inspector.Rejected rejected) {
        dead.add(new KafkaLog.DeadLetter(record, rejected.reason()));
        around.meters().count("syncyte.coordinator.dead.letters", federation);
      }
    }
    for (Command command = commands.poll(); command != null; command = commands.poll()) {
      inputs.add(new Input(command.event().apply(now()), null, 0, command.done()));
    }
    for (Finished done = finished.poll(); done != null; done = finished.poll()) {
      if (done.generation() == generation) {
        inputs.add(input(new Event.Computed(now(), done.task().id(), done.result())));
      }
    }
    Run run = log.state().activeRun();
    if (run != null && run.deadlineMs() <= now()) {
      inputs.add(input(new Event.TimerFired(now(), run.spec().run(), run.deadlineMs())));
    }
    if (!inputs.isEmpty() || !dead.isEmpty()) {
      commit(log, inputs, dead);
    }
  }

  private void commit(KafkaLog log, List<Input> inputs, List<KafkaLog.DeadLetter> dead)
      throws ExecutionException, InterruptedException {
    State before = log.state();
    State state = before;
    var decided = new ArrayList<KafkaLog.Decided>();
    var waiting = new ArrayList<CompletableFuture<State>>();
    for (Input input : inputs) {
      if (input.event() instanceof Event.Received(var _, var message) && repeated(state, message)) {
        around.meters().count("syncyte.coordinator.repeats", federation);
        continue;
      }
      try {
        var step = Reducer.step(state, input.event());
        decided.add(new KafkaLog.Decided(input.event(), step, input.topic(), input.next()));
        state = step.state();
        if (input.done() != null) {
          waiting.add(input.done());
        }
      } catch (IllegalArgumentException refused) {
        if (input.done() == null) {
          throw refused;
        }
        input.done().completeExceptionally(refused);
      }
    }
    if (decided.isEmpty() && dead.isEmpty()) {
      return;
    }
    try {
      createTopics(before, state);
      log.commit(decided, dead, rounds(state) > rounds(before));
    } catch (KafkaException | ExecutionException e) {
      waiting.forEach(done -> done.completeExceptionally(e));
      throw e;
    }
    visible = state;
    if (!before.roster().keySet().equals(state.roster().keySet())) {
      log.listen();
    }
    listener.changed(before, state);
    around.meters().count("syncyte.coordinator.events", federation, decided.size());
    State reached = state;
    waiting.forEach(done -> done.complete(reached));
    for (var one : decided) {
      for (Effect effect : one.step().effects()) {
        if (effect instanceof Effect.Compute(var task)) {
          begin(task);
        }
      }
    }
  }

  private static boolean repeated(State state, org.syncyte.federation.message.Envelope message) {
    var member = state.roster().get(message.getSender());
    return member != null && message.getSeq() <= member.lastSeq();
  }

  private static int rounds(State state) {
    return state.runs().values().stream().mapToInt(run -> run.rounds().size()).sum();
  }

  /// A site's topics exist before the event that enrols it.
  private void createTopics(State before, State after) {
    var sites = new ArrayList<>(after.roster().keySet());
    sites.removeAll(before.roster().keySet());
    if (!sites.isEmpty()) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", around.bootstrap()))) {
        TopicPlan.create(admin, federation, sites);
      }
    }
  }

  private void begin(Task task) {
    int mine = generation;
    Thread.ofVirtual().name(task.id()).start(() -> perform(task, mine));
  }

  private void perform(Task task, int mine) {
    long pause = 500;
    long began = System.nanoTime();
    while (!stopped && mine == generation) {
      try {
        Event.Result result = work.perform(task);
        if (result instanceof Event.Result.Failed(var code, var detail)) {
          LOG.warnf("federation %s: %s failed: %s (%s)", federation, task.id(), code, detail);
        }
        around.meters().time("syncyte.coordinator.work", federation, System.nanoTime() - began);
        finished.add(new Finished(mine, task, result));
        return;
      } catch (IOException e) {
        LOG.warnf("federation %s: %s waits for the hub: %s", federation, task.id(), e.getMessage());
        try {
          Thread.sleep(pause);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return;
        }
        pause = Math.min(SLOW.toMillis(), pause * 2);
      }
    }
  }

  /// Drops the runtime without a word to anyone; the journal has all that matters.
  @Override
  public void close() {
    stopped = true;
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
