package org.syncyte.hub.federation;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.web.Figures;

/// A run that its declaration makes public, as everyone may see it.
///
/// @param change grows by every change of any run
/// @param phase what the run waits for, such as `training`; `ended` at last
/// @param round the round that is going on, or the last one
/// @param committed rounds that are done
/// @param rounds rounds in all
/// @param answered sites that answered the phase's question
/// @param siteNames names of the sites, empty where the declaration keeps them
/// @param repo the published model as `owner/name`, if everyone may see it
/// @param updatedAt when something changed last
/// @param heardAt when the coordinator was heard last
/// @param status what goes on, in words
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record FederatedRun(
    long change,
    String federation,
    String run,
    String model,
    State state,
    String phase,
    int round,
    int committed,
    int rounds,
    int answered,
    int sites,
    List<String> siteNames,
    Losses losses,
    @Nullable String repo,
    @Nullable String commit,
    Instant declaredAt,
    @Nullable Instant endedAt,
    Instant updatedAt,
    Instant heardAt,
    String status) {
  /// `STALE`: not ended, but its coordinator has not been heard for long.
  public enum State {
    RUNNING,
    STALE,
    COMPLETED,
    FAILED,
    CANCELLED
  }

  /// Losses per cell over all sites, one value a round; null where a round has none.
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Losses(
      List<Integer> round,
      List<@Nullable Double> elboTrain,
      List<@Nullable Double> elboValidation) {}

  public FederatedRun {
    siteNames = List.copyOf(siteNames);
  }

  /// @param published whether everyone finds the model
  static FederatedRun of(
      long change,
      String federation,
      String run,
      RunReport report,
      boolean published,
      Instant updated,
      Instant heard,
      boolean stale) {
    var losses = report.losses();
    return new FederatedRun(
        change,
        federation,
        run,
        report.model(),
        switch (report.outcome()) {
          case null -> stale ? State.STALE : State.RUNNING;
          case COMPLETED -> State.COMPLETED;
          case FAILED -> State.FAILED;
          case CANCELLED -> State.CANCELLED;
        },
        report.phase(),
        report.round(),
        report.committed(),
        report.rounds(),
        report.answered(),
        report.sites(),
        report.siteNames(),
        new Losses(losses.round(), losses.elboTrain(), losses.elboValidation()),
        published ? report.repo() : null,
        published ? report.commit() : null,
        report.declaredAt(),
        report.endedAt(),
        updated,
        heard,
        stale && !report.ended()
            ? "no word from its coordinator since " + Figures.minute(heard)
            : words(report));
  }

  private static String words(RunReport report) {
    String round = "round %d of %d".formatted(report.round(), report.rounds());
    String done = "%d of %d rounds".formatted(report.committed(), report.rounds());
    String answers = "%d of %d sites have answered".formatted(report.answered(), report.sites());
    return switch (report.phase()) {
      case "negotiating" -> "sites say whether they take part";
      case "joining" -> "finding the genes that all sites have";
      case "moments", "clipping" -> "sites sum their counts gene by gene; " + answers;
      case "bounding", "selecting" -> "choosing genes";
      case "agreeing" -> "sites show that they begin alike; " + answers;
      case "checking" -> "checking the first weights";
      case "training" -> round + "; " + answers;
      case "aggregating" -> round + "; averaging";
      case "minifying" -> "all rounds are done; sites prepare what goes with the model";
      case "recording", "publishing" -> "all rounds are done; publishing";
      default ->
          switch (report.outcome()) {
            case COMPLETED -> done + (report.repo() == null ? "" : ", published");
            case FAILED -> "ended after " + done;
            case CANCELLED -> "stopped after " + done;
            case null -> report.phase();
          };
    };
  }
}
