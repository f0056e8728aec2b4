package org.syncyte.coordinator;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.round.Phase;
import org.syncyte.federation.round.Run;

/// What everyone may see of a run that was declared public: how far it is and its losses over all
/// sites. No number of cells, no number of a single site, no reason why a site takes no part; names
/// of sites only if the declaration says so, and the model once it is published.
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record PublicRun(
    int schema,
    String listing,
    String model,
    String phase,
    int round,
    int committed,
    int rounds,
    int answered,
    int sites,
    List<String> siteNames,
    Losses losses,
    @Nullable String outcome,
    @Nullable String repo,
    @Nullable String commit,
    long declaredMs,
    @Nullable Long endedMs) {
  static final int MAX_POINTS = 500;
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /// Losses per cell over all sites; of very many rounds a choice, with the last.
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Losses(
      List<Integer> round,
      List<@Nullable Double> elboTrain,
      List<@Nullable Double> elboValidation) {}

  /// Whether anything of the run may be shown.
  static boolean allowed(Run run) {
    return run.spec().listing() != RunSpec.Listing.NONE;
  }

  static PublicRun of(Run run) {
    if (!allowed(run)) {
      throw new IllegalArgumentException("run '%s' is not public".formatted(run.spec().run()));
    }
    var spec = run.spec();
    var view = RunView.of(run);
    boolean published =
        run.phase() instanceof Phase.Ended(var outcome, var _, var repo, var commit)
            && outcome == Phase.Ended.Outcome.COMPLETED
            && repo != null
            && commit != null
            && COMMIT.matcher(commit).matches();
    return new PublicRun(
        1,
        spec.listing().word(),
        spec.model(),
        view.phase(),
        view.round(),
        run.rounds().size(),
        spec.rounds(),
        Math.min(view.answered().size(), run.sites().size()),
        run.sites().size(),
        spec.listing() == RunSpec.Listing.SITES ? List.copyOf(run.sites().keySet()) : List.of(),
        losses(run.rounds()),
        view.outcome(),
        published ? view.repo() : null,
        published ? view.commit() : null,
        run.declaredMs(),
        run.ended() ? (Long) Math.max(run.phaseMs(), run.declaredMs()) : null);
  }

  private static Losses losses(List<Run.Round> rounds) {
    var round = new ArrayList<Integer>();
    var train = new ArrayList<@Nullable Double>();
    var validation = new ArrayList<@Nullable Double>();
    int every = Math.max(1, Math.ceilDiv(rounds.size(), MAX_POINTS));
    for (int i = (rounds.size() - 1) % every; i < rounds.size(); i += every) {
      var one = rounds.get(i);
      var mean = one.mean();
      round.add(one.round());
      train.add(mean == null ? null : finite(mean.elboTrain()));
      validation.add(mean == null ? null : finite(mean.elboValidation()));
    }
    return new Losses(round, train, validation);
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
