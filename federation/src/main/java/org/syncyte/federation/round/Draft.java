package org.syncyte.federation.round;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.round.Answers.Contract;
import org.syncyte.federation.round.Answers.Offer;

/// A run as one step rewrites it. Each change of phase puts the run into the step's state and says
/// what the sites must hear.
final class Draft {
  private static final long SECOND = 1000;
  private static final long COMPUTING_MS = 3600 * SECOND;

  final Transition step;
  final RunSpec spec;
  final TreeMap<String, Offer> sites;
  final TreeMap<String, String> out;
  final TreeMap<String, Contract> contracts;
  final TreeMap<String, Integer> missed;
  final List<Run.Round> rounds;
  final long declaredMs;
  Phase phase;
  long phaseMs;
  long deadlineMs;
  @Nullable Blob genes;
  @Nullable Blob manifest;
  @Nullable Blob layout;
  @Nullable Blob model;
  int rejections;

  Draft(Transition step, Run run) {
    this.step = step;
    spec = run.spec();
    phase = run.phase();
    declaredMs = run.declaredMs();
    phaseMs = run.phaseMs();
    deadlineMs = run.deadlineMs();
    sites = new TreeMap<>(run.sites());
    out = new TreeMap<>(run.out());
    contracts = new TreeMap<>(run.contracts());
    missed = new TreeMap<>(run.missed());
    rounds = new ArrayList<>(run.rounds());
    genes = run.genes();
    manifest = run.manifest();
    layout = run.layout();
    model = run.model();
    rejections = run.rejections();
  }

  Run run() {
    return new Run(
        spec,
        phase,
        declaredMs,
        phaseMs,
        deadlineMs,
        sites,
        out,
        genes,
        manifest,
        layout,
        model,
        contracts,
        missed,
        rejections,
        rounds);
  }

  /// Enters a phase and puts its question. A round's clock runs on while updates are summed.
  void enter(Phase next, long lastingMs) {
    phase = next;
    phaseMs = next instanceof Phase.Aggregating ? phaseMs : step.now();
    deadlineMs = step.now() + lastingMs;
    Run run = run();
    step.put(run);
    Message request = Requests.of(run, step.now());
    if (request != null && next instanceof Phase.Publishing) {
      step.send(Transition.known(spec.publish()).publisher(), run, request);
    } else if (request != null) {
      step.broadcast(run, request);
    }
  }

  void enter(Phase next) {
    enter(next, spec.phaseSeconds() * SECOND);
  }

  void compute(Phase next) {
    enter(next, COMPUTING_MS);
  }

  /// The site takes no part in the run any more.
  @Nullable Phase leave(String site, String code) {
    if (out.putIfAbsent(site, code) != null) {
      return null;
    }
    sites.remove(site);
    if (phase instanceof Phase.Training training && training.roster().contains(site)) {
      return training.without(site);
    }
    return phase;
  }

  void end(Phase.Ended.Outcome outcome, String code) {
    end(outcome, code, null, null);
  }

  void end(
      Phase.Ended.Outcome outcome, String code, @Nullable String repo, @Nullable String commit) {
    var ended = new Phase.Ended(outcome, code, repo, commit);
    step.broadcast(run(), Outcomes.message(ended, model));
    phase = ended;
    phaseMs = step.now();
    deadlineMs = 0;
    step.put(run());
  }
}
