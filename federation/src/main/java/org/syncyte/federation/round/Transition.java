package org.syncyte.federation.round;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.Ids;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.Signing;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.Hello;
import org.syncyte.federation.message.Welcome;

/// One step of the state machine, while it is being made: fields of the next state, and effects so
/// far. Used once, by one thread, and thrown away; what it leaves is immutable.
final class Transition {
  private final State before;
  private final long now;
  private final List<Effect> effects = new ArrayList<>();
  private final TreeMap<String, State.Member> roster;
  private final TreeMap<String, Run> runs;
  private String federation;
  private boolean open;
  private long nextSeq;
  private int rosterVersion;
  private @Nullable String active;
  private long takeovers;
  private long ignored;

  Transition(State before, long timeMs) {
    this.before = before;
    now = Math.max(before.timeMs(), timeMs);
    federation = before.federation();
    open = before.open();
    nextSeq = before.nextSeq();
    rosterVersion = before.rosterVersion();
    roster = new TreeMap<>(before.roster());
    runs = new TreeMap<>(before.runs());
    active = before.active();
    takeovers = before.takeovers();
    ignored = before.ignored();
  }

  Reducer.Step step() {
    var next =
        new State(
            federation,
            open,
            now,
            nextSeq,
            rosterVersion,
            roster,
            runs,
            active,
            takeovers,
            ignored);
    Task begun = Reducer.pending(before);
    Task wanted = Reducer.pending(next);
    if (wanted != null && (begun == null || !begun.id().equals(wanted.id()))) {
      effects.add(new Effect.Compute(wanted));
    }
    return new Reducer.Step(next, effects);
  }

  long now() {
    return now;
  }

  boolean open() {
    return open;
  }

  SortedMap<String, State.Member> roster() {
    return roster;
  }

  void ignore() {
    ignored++;
  }

  static <T> T known(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the phase follows one that sets this");
    }
    return value;
  }

  void apply(Event event) {
    switch (event) {
      case Event.Opened(var _, var id, var admits) -> open(id, admits);
      case Event.Enrolled(var _, var site, var key) -> enrol(site, key);
      case Event.Declared(var _, var json) -> declare(json);
      case Event.Cancelled(var _, var id) -> {
        if (id.equals(active)) {
          new Course(this, activeRun()).end(Phase.Ended.Outcome.CANCELLED, "operator");
        } else {
          throw new IllegalArgumentException("run '%s' is not in progress".formatted(id));
        }
      }
      case Event.Received(var _, var message) -> receive(message);
      case Event.TimerFired(var _, var id, var due) -> {
        if (id.equals(active) && activeRun().deadlineMs() == due && due <= now) {
          new Course(this, activeRun()).expire();
        } else {
          ignored++;
        }
      }
      case Event.Computed(var _, var task, var result) -> {
        Task pending = Reducer.pending(before);
        if (pending != null && pending.id().equals(task)) {
          new Course(this, activeRun()).computed(result);
        } else {
          ignored++;
        }
      }
      case Event.Takeover _ -> takeovers++;
    }
  }

  private Run activeRun() {
    return known(runs.get(known(active)));
  }

  private void open(String id, boolean admits) {
    if (!federation.isEmpty()) {
      throw new IllegalArgumentException("federation '%s' exists".formatted(federation));
    }
    federation = Ids.check("a federation's id", id);
    open = admits;
  }

  private void enrol(String site, String key) {
    Ids.check("a site's id", site);
    var kept = roster.get(site);
    String pem = Signing.pem(Signing.publicKey(key));
    if (kept != null && !kept.publicKey().equals(pem)) {
      throw new IllegalArgumentException(
          "site '%s' is enrolled with another key; revoke it first".formatted(site));
    }
    if (kept == null) {
      roster.put(site, new State.Member(pem, 0, "", 0));
      rosterVersion++;
    }
  }

  private void declare(String json) {
    RunSpec spec = RunSpec.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    if (!spec.federation().equals(federation)) {
      throw new IllegalArgumentException(
          "run specification: 'federation' must be '%s', not '%s'"
              .formatted(federation, spec.federation()));
    }
    if (runs.containsKey(spec.run())) {
      throw new IllegalArgumentException(
          "run '%s' was declared before; give the new one another id".formatted(spec.run()));
    }
    if (active != null) {
      throw new IllegalArgumentException(
          "run '%s' is in progress; wait for its end or cancel it".formatted(active));
    }
    var publish = spec.publish();
    if (!open && publish != null && !roster.containsKey(publish.publisher())) {
      throw new IllegalArgumentException(
          "run specification: 'publish.publisher' must be an enrolled site %s, not '%s'"
              .formatted(roster.keySet(), publish.publisher()));
    }
    if (!open && roster.size() < spec.minSites()) {
      throw new IllegalArgumentException(
          "run specification: 'min_sites' is %d, but only %d sites are enrolled"
              .formatted(spec.minSites(), roster.size()));
    }
    active = spec.run();
    new Course(this, spec).begin();
  }

  private void receive(Envelope message) {
    String site = message.getSender();
    var member = roster.get(site);
    if (member == null || message.getSeq() <= member.lastSeq()) {
      ignored++;
      return;
    }
    String instance = message.hasHello() ? message.getHello().getInstance() : member.instance();
    roster.put(site, new State.Member(member.publicKey(), message.getSeq(), instance, now));
    if (message.hasHello()) {
      welcome(site, message.getHello());
    } else if (message.getRun().equals(active)) {
      new Course(this, activeRun()).receive(site, message);
    } else {
      ignored++;
    }
  }

  private void welcome(String site, Hello hello) {
    send(
        site,
        null,
        Welcome.newBuilder()
            .setFederation(federation)
            .setRosterVersion(rosterVersion)
            .setRun(active == null ? "" : active)
            .build());
    if (active != null && !hello.getInstance().isEmpty()) {
      new Course(this, activeRun()).remind(site);
    }
  }

  void put(Run run) {
    runs.put(run.spec().run(), run);
    if (run.ended() && run.spec().run().equals(active)) {
      active = null;
    }
  }

  void broadcast(@Nullable Run run, Message body) {
    effects.add(new Effect.ToAll(Requests.envelope(federation, run, nextSeq++, now, body)));
  }

  void send(String site, @Nullable Run run, Message body) {
    effects.add(new Effect.ToSite(site, Requests.envelope(federation, run, nextSeq++, now, body)));
  }

  /// The reference, or null if a site sent none that makes sense.
  static @Nullable Blob blob(org.syncyte.federation.message.BlobRef ref) {
    return ref.getSha256().size() == 32 ? Blob.of(ref) : null;
  }
}
