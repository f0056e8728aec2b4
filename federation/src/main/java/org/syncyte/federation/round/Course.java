package org.syncyte.federation.round;

import com.google.protobuf.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.round.Answers.Contract;
import org.syncyte.federation.vocabulary.Vocabulary;

/// The course of one run through its phases, during one step.
///
/// A phase that waits for sites goes on when nobody is missing, or at its deadline with those who
/// came, if they are enough. Those who stayed silent in the negotiation are out of the run; those
/// who missed a round may deliver to the next. A phase that waits for the coordinator's own work
/// has a generous deadline, so that a run stops in a named state rather than never.
final class Course {
  private static final long SECOND = 1000;
  private static final int PUBLISH_SECONDS = 600;

  private final Draft draft;
  private final Incoming incoming;
  private final Rounds rounds;

  Course(Transition step, Run run) {
    draft = new Draft(step, run);
    incoming = new Incoming(draft);
    rounds = new Rounds(draft);
  }

  Course(Transition step, RunSpec spec) {
    this(step, Run.begin(spec, step.now()));
  }

  void begin() {
    draft.enter(draft.phase, draft.spec.negotiationSeconds() * SECOND);
  }

  void end(Phase.Ended.Outcome outcome, String code) {
    draft.end(outcome, code);
  }

  /// Puts the phase's question again to one site that has not answered it.
  void remind(String site) {
    draft.missed.remove(site);
    Run run = draft.run();
    draft.step.put(run);
    Message request = Requests.of(run, draft.step.now());
    if (request != null && Requests.open(run, site)) {
      draft.step.send(site, run, request);
    }
  }

  /// Takes what a site says.
  void receive(String site, Envelope message) {
    Phase next = incoming.of(site, message);
    if (next == null) {
      draft.step.ignore();
    } else if (!(draft.phase instanceof Phase.Ended)) {
      draft.phase = next;
      advance();
    }
  }

  /// Goes on if nobody is missing.
  private void advance() {
    Run run = draft.run();
    draft.step.put(run);
    if (lost()) {
      return;
    }
    boolean complete =
        switch (draft.phase) {
          case Phase.Negotiating() ->
              draft.sites.size() >= draft.spec.minSites()
                  && draft.step.roster().keySet().stream().noneMatch(s -> Requests.open(run, s));
          case Phase.Moments(var parts) -> parts.keySet().containsAll(draft.sites.keySet());
          case Phase.Clipping(var _, var moments, var _, var parts) ->
              parts.keySet().equals(moments.keySet())
                  || !draft.sites.keySet().containsAll(moments.keySet());
          case Phase.Agreeing(var reports) -> reports.keySet().containsAll(draft.sites.keySet());
          case Phase.Training training ->
              training.roster().stream().noneMatch(s -> Requests.open(run, s));
          case Phase.Minifying(var _, var _) ->
              draft.sites.keySet().stream().noneMatch(s -> Requests.open(run, s));
          default -> false;
        };
    if (complete) {
      conclude();
    }
  }

  /// Ends the run if too few sites are left, or the one that must publish has gone.
  private boolean lost() {
    boolean early =
        switch (draft.phase) {
          case Phase.Minifying _, Phase.Recording _, Phase.Publishing _, Phase.Ended _ -> false;
          default -> true;
        };
    if (early
        && draft.spec.publish() != null
        && draft.out.containsKey(draft.spec.publish().publisher())) {
      draft.end(Phase.Ended.Outcome.FAILED, "publisher");
      return true;
    }
    int possible =
        draft.phase instanceof Phase.Negotiating
            ? draft.step.roster().size() - draft.out.size()
            : draft.sites.size();
    boolean hopeless = !(draft.phase instanceof Phase.Negotiating && draft.step.open());
    if (early && hopeless && possible < draft.spec.minSites()) {
      draft.end(Phase.Ended.Outcome.FAILED, "quorum");
      return true;
    }
    return false;
  }

  /// The deadline has passed.
  void expire() {
    switch (draft.phase) {
      case Phase.Negotiating() -> {
        for (String site : draft.step.roster().keySet()) {
          if (!draft.sites.containsKey(site)) {
            draft.out.putIfAbsent(site, "silent");
          }
        }
      }
      case Phase.Moments(var parts) -> drop(parts);
      case Phase.Clipping(var _, var _, var _, var parts) -> drop(parts);
      case Phase.Agreeing(var reports) -> drop(reports);
      case Phase.Joining _,
          Phase.Bounding _,
          Phase.Selecting _,
          Phase.Checking _,
          Phase.Recording _ -> {
        draft.end(Phase.Ended.Outcome.FAILED, "computation");
        return;
      }
      case Phase.Aggregating _ -> {
        rounds.retry("computation");
        return;
      }
      case Phase.Publishing(var attempt, var parts, var history) -> {
        if (attempt >= draft.spec.maxAttempts()) {
          draft.end(Phase.Ended.Outcome.FAILED, "publish:silent");
        } else {
          draft.enter(new Phase.Publishing(attempt + 1, parts, history), publishMs());
        }
        return;
      }
      case Phase.Training _, Phase.Minifying _, Phase.Ended _ -> {}
    }
    draft.step.put(draft.run());
    if (draft.phase instanceof Phase.Negotiating && draft.sites.size() < draft.spec.minSites()) {
      draft.end(Phase.Ended.Outcome.FAILED, "quorum");
    } else if (!lost()) {
      conclude();
    }
  }

  private void drop(Map<String, ?> answered) {
    for (String site : List.copyOf(draft.sites.keySet())) {
      if (!answered.containsKey(site)) {
        draft.leave(site, "silent");
      }
    }
  }

  /// Leaves a phase that waited for sites.
  private void conclude() {
    switch (draft.phase) {
      case Phase.Negotiating() -> {
        if (draft.spec.publish() != null
            && !draft.sites.containsKey(draft.spec.publish().publisher())) {
          draft.end(Phase.Ended.Outcome.FAILED, "publisher");
        } else {
          draft.compute(new Phase.Joining());
        }
      }
      case Phase.Moments(var parts) ->
          draft.compute(new Phase.Bounding(1, Sorted.only(parts, draft.sites.keySet())));
      case Phase.Clipping(var attempt, var moments, var _, var parts) -> {
        if (draft.sites.keySet().containsAll(moments.keySet())) {
          draft.compute(new Phase.Selecting(moments, parts));
        } else {
          draft.compute(
              new Phase.Bounding(attempt + 1, Sorted.only(moments, draft.sites.keySet())));
        }
      }
      case Phase.Agreeing(var reports) -> agree(Sorted.only(reports, draft.sites.keySet()));
      case Phase.Training training -> rounds.seal(training);
      case Phase.Minifying(var parts, var _) -> draft.compute(new Phase.Recording(parts));
      default -> throw new IllegalStateException("nothing to conclude in " + draft.phase);
    }
  }

  private void agree(SortedMap<String, Contract> reports) {
    var layouts = new HashSet<String>();
    var initials = new HashSet<String>();
    reports.forEach((_, report) -> {
      layouts.add(report.layout().sha256());
      initials.add(report.initial().sha256());
    });
    if (layouts.size() != 1 || initials.size() != 1) {
      draft.end(
          Phase.Ended.Outcome.FAILED, layouts.size() != 1 ? "contract:layout" : "contract:initial");
      return;
    }
    draft.contracts.putAll(reports);
    draft.layout = reports.firstEntry().getValue().layout();
    draft.model = reports.firstEntry().getValue().initial();
    draft.compute(new Phase.Checking());
  }

  /// A task of the coordinator is done.
  void computed(Event.Result result) {
    switch (result) {
      case Event.Result.Failed(var code, var _) -> {
        if (draft.phase instanceof Phase.Aggregating) {
          rounds.retry(code);
        } else {
          draft.end(Phase.Ended.Outcome.FAILED, code);
        }
      }
      case Event.Result.Joined(var names, var count) -> {
        draft.genes = names;
        if (Vocabulary.selects(draft.spec, count)) {
          draft.enter(new Phase.Moments(Sorted.copy(Map.of())));
        } else {
          draft.compute(new Phase.Selecting(Sorted.copy(Map.of()), Sorted.copy(Map.of())));
        }
      }
      case Event.Result.Bounded(var bounds) -> {
        if (draft.phase instanceof Phase.Bounding(var attempt, var moments)) {
          draft.enter(new Phase.Clipping(attempt, moments, bounds, Sorted.copy(Map.of())));
          advance();
        }
      }
      case Event.Result.Selected(var document) -> {
        draft.manifest = document;
        draft.enter(new Phase.Agreeing(Sorted.copy(Map.of())));
      }
      case Event.Result.Checked() -> rounds.train(1, 1);
      case Event.Result.Aggregated aggregated -> {
        if (draft.phase instanceof Phase.Aggregating aggregating) {
          rounds.commit(aggregating, aggregated);
          if (draft.phase instanceof Phase.Minifying) {
            advance();
          }
        }
      }
      case Event.Result.Written(var history) -> {
        if (draft.phase instanceof Phase.Recording(var parts)) {
          draft.enter(new Phase.Publishing(1, parts, history), publishMs());
        }
      }
    }
  }

  private long publishMs() {
    return Math.max(PUBLISH_SECONDS, draft.spec.phaseSeconds()) * SECOND;
  }
}
