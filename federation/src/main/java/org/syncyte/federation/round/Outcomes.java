package org.syncyte.federation.round;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.message.RoundResult;
import org.syncyte.federation.message.RunEnd;
import org.syncyte.federation.round.Answers.Report;

/// What a round and a run have come to, as records of the state and as messages.
final class Outcomes {
  private Outcomes() {}

  static Run.Round round(
      Phase.Aggregating at, Event.Result.Aggregated sum, Blob parent, long startedMs, long nowMs) {
    var accepted = Sorted.only(at.updates(), sum.accepted());
    var reports = new TreeMap<String, Report>();
    var bytes = new TreeMap<String, Long>();
    accepted.forEach((site, update) -> {
      if (update.report() != null) {
        reports.put(site, update.report());
      }
    });
    at.updates().forEach((site, update) -> bytes.put(site, update.blob().length()));
    return new Run.Round(
        at.round(),
        at.attempt(),
        sum.model(),
        parent,
        sum.accepted(),
        sum.refused(),
        sum.cells(),
        sum.norm(),
        Report.mean(accepted.values()),
        reports,
        bytes,
        bytes.values().stream().mapToLong(Long::longValue).sum(),
        parent.length() * at.roster().size(),
        startedMs,
        nowMs);
  }

  static RoundResult message(Run.Round round, int rounds) {
    var result =
        RoundResult.newBuilder()
            .setModel(round.model().ref())
            .addAllSurvivors(round.survivors())
            .setTrainingCells(round.trainingCells())
            .setBytesUp(round.bytesUp())
            .setBytesDown(round.bytesDown())
            .setRounds(rounds);
    if (round.mean() != null) {
      result.setMean(round.mean().message());
    }
    round.sites().forEach((site, report) -> result.putSites(site, report.message()));
    return result.build();
  }

  static RunEnd message(Phase.Ended ended, @Nullable Blob model) {
    var end =
        RunEnd.newBuilder()
            .setOutcome(
                switch (ended.outcome()) {
                  case COMPLETED -> RunEnd.Outcome.COMPLETED;
                  case FAILED -> RunEnd.Outcome.FAILED;
                  case CANCELLED -> RunEnd.Outcome.CANCELLED;
                })
            .setCode(ended.code())
            .setRepo(ended.repo() == null ? "" : ended.repo())
            .setCommit(ended.commit() == null ? "" : ended.commit());
    if (model != null) {
      end.setModel(model.ref());
    }
    return end.build();
  }
}
