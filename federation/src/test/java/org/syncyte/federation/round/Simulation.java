package org.syncyte.federation.round;

import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Envelopes;
import org.syncyte.federation.Hashes;
import org.syncyte.federation.Signing;
import org.syncyte.federation.journal.Chain;
import org.syncyte.federation.message.ContractReport;
import org.syncyte.federation.message.Decline;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.Hello;
import org.syncyte.federation.message.MinifiedPart;
import org.syncyte.federation.message.PlainUpdate;
import org.syncyte.federation.message.Published;
import org.syncyte.federation.message.StatPart;
import org.syncyte.federation.message.VocabularyOffer;

/// A whole federation on one thread, one virtual clock and one seed: streams that keep their order,
/// sites that lose, repeat and delay messages, and a coordinator that crashes and reads its
/// journal.
///
/// A model here is text: its parent's hash and the updates in the sum. So what a model was made of
/// can be read from it.
final class Simulation {
  /// How rough the world is; each value is a probability.
  record Weather(double loss, double repeat, double crash, double decline, double siteCrash) {
    static final Weather CALM = new Weather(0, 0, 0, 0, 0);
    static final Weather CRASHES = new Weather(0, 0.2, 0.05, 0, 0);
    static final Weather STORM = new Weather(0.02, 0.3, 0.03, 0.005, 0.01);
  }

  private record Due(long timeMs, long order, Runnable action) {}

  private static final String[] SITES = {"a", "b", "c", "d", "e"};
  private static final List<String> KEYS = keys();

  private final Random random;
  private final Weather weather;
  private final PriorityQueue<Due> agenda =
      new PriorityQueue<>(
          java.util.Comparator.comparingLong(Due::timeMs).thenComparingLong(Due::order));
  private final Map<String, String> blobs = new HashMap<>();
  private final Map<String, Site> sites = new TreeMap<>();
  final List<Chain.Entry> journal = new ArrayList<>();
  private final List<byte[]> snapshots = new ArrayList<>();
  private final List<Integer> snapshotAt = new ArrayList<>();
  State state = State.NONE;
  private Chain chain = Chain.start();
  private long now = 1_000_000;
  private long order;
  private int incarnation;
  private long timer;
  int crashes;
  int repeats;

  private static List<String> keys() {
    var random = new java.security.SecureRandom();
    var keys = new ArrayList<String>();
    for (int i = 0; i < SITES.length; i++) {
      keys.add(Signing.pem(Signing.newKey(random).getPublic()));
    }
    return keys;
  }

  Simulation(long seed, Weather weather) {
    random = new Random(seed);
    this.weather = weather;
  }

  private void in(long delayMs, Runnable action) {
    agenda.add(new Due(now + delayMs, order++, action));
  }

  /// Plays a run to its end.
  ///
  /// @throws IllegalStateException if it never ends
  Run play(String spec) {
    process(new Event.Opened(now, "f", false));
    for (int i = 0; i < SITES.length; i++) {
      process(new Event.Enrolled(now, SITES[i], KEYS.get(i)));
      var site = new Site(SITES[i]);
      sites.put(SITES[i], site);
      in(random.nextInt(3000), site::start);
    }
    process(new Event.Declared(now, spec));
    for (int steps = 0; steps < 200_000; steps++) {
      if (state.active() == null) {
        return state.runs().values().iterator().next();
      }
      Due due = agenda.poll();
      if (due == null) {
        throw new IllegalStateException("nothing is left to happen, yet the run goes on");
      }
      now = Math.max(now, due.timeMs());
      due.action().run();
    }
    throw new IllegalStateException("the run does not end");
  }

  private void process(Event event) {
    var step = Reducer.step(state, event);
    Invariants.check(state, step.state());
    journal.add(chain.append(now, Map.of(), Codec.type(event), Codec.body(event)));
    state = step.state();
    if (journal.size() % 20 == 0) {
      snapshots.add(Codec.snapshot(state));
      snapshotAt.add(journal.size());
    }
    for (Effect effect : step.effects()) {
      switch (effect) {
        case Effect.ToAll(var message) -> sites.values().forEach(site -> site.hear(message));
        case Effect.ToSite(var site, var message) -> {
          var target = sites.get(site);
          if (target != null) {
            target.hear(message);
          }
        }
        case Effect.Compute(var task) -> compute(task);
      }
    }
    arm();
    if (random.nextDouble() < weather.crash()) {
      crash();
    }
  }

  private void arm() {
    Run run = state.activeRun();
    if (run != null && run.deadlineMs() != timer) {
      timer = run.deadlineMs();
      long due = timer;
      int mine = incarnation;
      String id = run.spec().run();
      in(
          Math.max(0, due - now),
          () -> {
            if (mine == incarnation) {
              process(new Event.TimerFired(now, id, due));
            }
          });
    }
  }

  /// Memory is lost; the journal is not. Half the time it is read whole, else from a snapshot.
  private void crash() {
    crashes++;
    incarnation++;
    State expected = state;
    state = replay(random.nextBoolean());
    if (!state.equals(expected)) {
      throw new IllegalStateException("the journal tells another story");
    }
    timer = 0;
    int mine = incarnation;
    in(
        random.nextInt(20_000),
        () -> {
          process(new Event.Takeover(now, "c" + mine));
          Task pending = Reducer.pending(state);
          if (pending != null) {
            compute(pending);
          }
          sites.values().forEach(site -> site.drain(0));
        });
  }

  State replay(boolean fromSnapshot) {
    State replayed = State.NONE;
    int from = 0;
    if (fromSnapshot && !snapshots.isEmpty()) {
      replayed = Codec.state(snapshots.getLast());
      from = snapshotAt.getLast();
    }
    for (Chain.Entry entry : journal.subList(from, journal.size())) {
      replayed = Reducer.reduce(replayed, event(entry));
    }
    return replayed;
  }

  static Event event(Chain.Entry entry) {
    return Codec.event(
        entry.event().getTimeMs(), entry.event().getType(), entry.event().getBody().toByteArray());
  }

  private Blob store(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    Blob blob = Blob.of(bytes, Blob.JSON);
    blobs.put(blob.sha256(), content);
    return blob;
  }

  String content(Blob blob) {
    return blobs.getOrDefault(blob.sha256(), "");
  }

  private void compute(Task task) {
    int mine = incarnation;
    in(
        50 + random.nextInt(500),
        () -> {
          if (mine == incarnation) {
            process(new Event.Computed(now, task.id(), result(task)));
          }
        });
  }

  private Event.Result result(Task task) {
    return switch (task) {
      case Task.Join join -> new Event.Result.Joined(store("genes " + join.sites().keySet()), 100);
      case Task.Bound bound -> new Event.Result.Bounded(store("bounds " + bound.moments()));
      case Task.Select select ->
          new Event.Result.Selected(store("manifest " + select.sites().keySet()));
      case Task.Check _ -> new Event.Result.Checked();
      case Task.Aggregate sum -> {
        var text = new StringBuilder(sum.model().sha256());
        var accepted = new ArrayList<String>();
        for (String site : sum.roster()) {
          var update = sum.updates().get(site);
          if (update != null) {
            text.append('\n').append(content(update.blob()));
            accepted.add(site);
          }
        }
        yield new Event.Result.Aggregated(
            store(text.toString()), 1, accepted.size(), accepted, new TreeMap<>());
      }
      case Task.Write write -> new Event.Result.Written(store("history " + write.rounds()));
    };
  }

  /// A site: answers what it is asked. Its stream to the coordinator keeps its order.
  private final class Site {
    private final String id;
    private final List<Envelope> up = new ArrayList<>();
    private int read;
    private long seq;
    private int life;
    private @Nullable String model;

    private Site(String id) {
      this.id = id;
    }

    private void start() {
      life++;
      say("", 0, 0, Hello.newBuilder().setInstance(id + life).build());
      if (random.nextDouble() < weather.siteCrash() * 20) {
        in(random.nextInt(200_000), this::start);
      }
    }

    private void say(String run, int round, int attempt, Message body) {
      up.add(Envelopes.of("f", run, round, attempt, id, ++seq, now, body));
      drain(random.nextInt(300));
    }

    private void drain(long delay) {
      int mine = incarnation;
      in(
          delay,
          () -> {
            while (mine == incarnation && read < up.size()) {
              if (read > 0 && random.nextDouble() < weather.repeat()) {
                repeats++;
                process(new Event.Received(now, up.get(random.nextInt(read))));
              } else {
                process(new Event.Received(now, up.get(read++)));
              }
            }
          });
    }

    private void hear(Envelope message) {
      int mine = life;
      long delay = 20L + random.nextInt(message.hasRoundAnnounce() ? 20_000 : 2000);
      if (random.nextDouble() < weather.siteCrash()) {
        in(random.nextInt(60_000), this::start);
        return;
      }
      in(
          delay,
          () -> {
            if (mine == life && random.nextDouble() >= weather.loss()) {
              answer(message);
            }
          });
    }

    private void answer(Envelope ask) {
      Message body =
          switch (ask.getBodyCase()) {
            case RUN_ANNOUNCE ->
                VocabularyOffer.newBuilder()
                    .setGenes(store("genes of " + id).ref())
                    .addBatches(id + "/x")
                    .build();
            case STAT_REQUEST ->
                StatPart.newBuilder()
                    .setKind(ask.getStatRequest().getKind())
                    .setSums(store("sums of " + id).ref())
                    .build();
            case MANIFEST_ANNOUNCE ->
                ContractReport.newBuilder()
                    .setLayout(store("layout").ref())
                    .setInitial(store("initial").ref())
                    .setAccepted(true)
                    .setCells(100)
                    .setSecondsPerStep(0.1)
                    .build();
            case ROUND_ANNOUNCE -> {
              model = Hashes.hex(ask.getRoundAnnounce().getModel().getSha256().toByteArray());
              yield PlainUpdate.newBuilder()
                  .setUpdate(store("update of %s to %s".formatted(id, model)).ref())
                  .putWeights("all", 100)
                  .build();
            }
            case MINIFY_REQUEST ->
                id.equals("b")
                    ? Decline.newBuilder().setReason(Decline.Reason.POLICY).build()
                    : MinifiedPart.newBuilder().setAdata(store("cells of " + id).ref()).build();
            case PUBLISH_REQUEST -> Published.newBuilder().setRepo("o/m").setCommit("1").build();
            default -> null;
          };
      if (body != null && random.nextDouble() < weather.decline()) {
        body = Decline.newBuilder().setReason(Decline.Reason.STORAGE).build();
      }
      if (body != null) {
        say(ask.getRun(), ask.getRound(), ask.getAttempt(), body);
      }
    }
  }
}
