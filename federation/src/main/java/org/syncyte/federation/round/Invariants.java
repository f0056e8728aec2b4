package org.syncyte.federation.round;

import java.util.HashSet;

/// What must hold after every step; a verifier that replays a journal checks it too.
///
/// - A run that has not ended has a deadline, and is the only one in progress.
/// - Rounds commit in order 1, 2, 3, ..., and none is ever taken back.
/// - A committed round has at least `min_sites` survivors, each once, and started from the model
///   that was committed before.
/// - A site in the sum of an attempt was in its roster.
/// - Counters of messages only grow.
public final class Invariants {
  private Invariants() {}

  /// @throws IllegalStateException naming the broken rule
  public static void check(State before, State after) {
    require(after.nextSeq() >= before.nextSeq(), "the counter of messages went back");
    require(after.timeMs() >= before.timeMs(), "time went back");
    for (var member : before.roster().entrySet()) {
      var kept = after.roster().get(member.getKey());
      require(
          kept != null && kept.lastSeq() >= member.getValue().lastSeq(),
          "a site's counter went back");
    }
    for (var entry : after.runs().entrySet()) {
      Run run = entry.getValue();
      Run old = before.runs().get(entry.getKey());
      require(run.ended() == (run.deadlineMs() == 0), "a run in progress needs a deadline, " + run);
      require(run.ended() || entry.getKey().equals(after.active()), "two runs are in progress");
      check(run);
      if (old != null) {
        require(
            run.rounds().size() >= old.rounds().size()
                && run.rounds().subList(0, old.rounds().size()).equals(old.rounds()),
            "committed rounds changed");
        require(!old.ended() || run.equals(old), "a run changed after its end");
      }
    }
  }

  private static void check(Run run) {
    int number = 0;
    for (Run.Round round : run.rounds()) {
      number++;
      require(round.round() == number, "rounds must commit in order");
      require(
          round.survivors().size() >= run.spec().minSites()
              && new HashSet<>(round.survivors()).size() == round.survivors().size(),
          "a round needs enough survivors, each once");
      require(
          number == 1 || round.parent().equals(run.rounds().get(number - 2).model()),
          "a model's parent is the one committed before");
    }
    switch (run.phase()) {
      case Phase.Training training -> {
        require(training.round() == number + 1, "the open round follows the committed ones");
        require(
            training.roster().containsAll(training.updates().keySet()),
            "only the roster may deliver");
        require(training.attempt() <= run.spec().maxAttempts(), "attempts are bounded");
        require(
            training.updates().keySet().stream()
                .noneMatch(s -> training.gone().contains(s) || training.refused().containsKey(s)),
            "a site is either in the sum or not");
      }
      case Phase.Aggregating sum ->
          require(
              sum.round() == number + 1
                  && sum.roster().containsAll(sum.updates().keySet())
                  && sum.updates().size() >= run.spec().minSites(),
              "a sum needs enough sites of its roster");
      default -> {}
    }
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalStateException("invariant broken: " + rule);
    }
  }
}
