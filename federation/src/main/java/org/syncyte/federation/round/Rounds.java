package org.syncyte.federation.round;

import java.util.List;
import java.util.Map;
import org.syncyte.federation.aggregate.Validation;
import org.syncyte.federation.message.RoundFailed;
import org.syncyte.federation.round.Answers.Contract;

/// The rounds of a run: who trains, for how long at most, and what becomes of their updates.
record Rounds(Draft draft) {
  private static final long SECOND = 1000;
  private static final long LONGEST_MS = 24 * 3600 * SECOND;
  private static final int MISSES = 2;
  private static final int REJECTIONS = 4;

  void train(int round, int attempt) {
    List<String> roster =
        draft.sites.keySet().stream()
            .filter(s -> draft.missed.getOrDefault(s, 0) < MISSES)
            .toList();
    if (roster.size() < draft.spec.minSites()) {
      roster = List.copyOf(draft.sites.keySet());
    }
    draft.enter(
        new Phase.Training(
            round,
            attempt,
            roster,
            Sorted.copy(Map.of()),
            Sorted.copy(List.of()),
            Sorted.copy(Map.of())),
        trainMs(roster));
  }

  /// A phase, and twice the longest training that a site expects.
  private long trainMs(List<String> roster) {
    double longest = 0;
    for (String site : roster) {
      Contract contract = draft.contracts.get(site);
      if (contract != null) {
        double steps = Math.ceil((double) contract.cells() / draft.spec.batchSize());
        longest =
            Math.max(longest, contract.secondsPerStep() * steps * draft.spec.epochsPerRound());
      }
    }
    return (long) Math.min(LONGEST_MS, (draft.spec.phaseSeconds() + 2 * longest) * SECOND);
  }

  void seal(Phase.Training training) {
    for (String site : training.roster()) {
      if (training.updates().containsKey(site)) {
        draft.missed.remove(site);
      } else {
        draft.missed.merge(site, 1, Integer::sum);
      }
    }
    if (training.updates().size() < draft.spec.required(training.roster().size())) {
      retry("quorum");
    } else {
      draft.compute(
          new Phase.Aggregating(
              training.round(), training.attempt(), training.roster(), training.updates()));
    }
  }

  void retry(String code) {
    Run run = draft.run();
    int round = Requests.round(run);
    int attempt = Requests.attempt(run);
    draft.step.broadcast(run, RoundFailed.newBuilder().setCode(code).build());
    if (attempt >= draft.spec.maxAttempts() || draft.rejections >= REJECTIONS) {
      draft.end(Phase.Ended.Outcome.FAILED, code);
    } else {
      train(round, attempt + 1);
    }
  }

  void commit(Phase.Aggregating at, Event.Result.Aggregated sum) {
    sum.refused()
        .forEach((site, code) ->
            draft.step.send(
                site, draft.run(), RoundFailed.newBuilder().setCode("refused:" + code).build()));
    if (sum.accepted().size() < draft.spec.required(at.roster().size())) {
      retry("quorum");
      return;
    }
    if (!Validation.passes(sum.norm(), draft.rounds.stream().map(Run.Round::norm).toList())) {
      draft.rejections++;
      retry("diverged");
      return;
    }
    draft.rejections = 0;
    Run.Round round =
        Outcomes.round(at, sum, Transition.known(draft.model), draft.phaseMs, draft.step.now());
    draft.model = sum.model();
    draft.rounds.add(round);
    draft.step.broadcast(draft.run(), Outcomes.message(round, draft.spec.rounds()));
    if (at.round() < draft.spec.rounds()) {
      train(at.round() + 1, 1);
    } else if (draft.spec.publish() == null) {
      draft.end(Phase.Ended.Outcome.COMPLETED, "unpublished");
    } else {
      draft.enter(
          new Phase.Minifying(Sorted.copy(Map.of()), Sorted.copy(List.of())),
          trainMs(List.copyOf(draft.sites.keySet())));
    }
  }
}
