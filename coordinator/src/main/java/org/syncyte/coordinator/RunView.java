package org.syncyte.coordinator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.round.History;
import org.syncyte.federation.round.Phase;
import org.syncyte.federation.round.Run;

/// A run as the REST interface shows it.
///
/// @param phase `negotiating`, `training`, ..., `ended`
/// @param answered sites that have answered the phase's question
/// @param sites site -> cells it offered
/// @param out site -> why it takes no part
/// @param history one entry a committed round, as in `training.json`
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record RunView(
    String federation,
    String run,
    String model,
    String phase,
    int round,
    int rounds,
    int attempt,
    List<String> answered,
    Map<String, Long> sites,
    Map<String, String> out,
    long declaredMs,
    long phaseMs,
    long deadlineMs,
    @Nullable String manifestSha256,
    @Nullable String modelSha256,
    @Nullable String outcome,
    @Nullable String code,
    @Nullable String repo,
    @Nullable String commit,
    List<Map<String, @Nullable Object>> history) {

  static RunView of(Run run) {
    var sites = new LinkedHashMap<String, Long>();
    run.sites().forEach((site, offer) -> sites.put(site, offer.cells()));
    Phase phase = run.phase();
    Phase.Ended end = phase instanceof Phase.Ended ended ? ended : null;
    int committed = run.rounds().size();
    return new RunView(
        run.spec().federation(),
        run.spec().run(),
        run.spec().model(),
        phase.getClass().getSimpleName().toLowerCase(Locale.ROOT),
        switch (phase) {
          case Phase.Training training -> training.round();
          case Phase.Aggregating sum -> sum.round();
          default -> committed;
        },
        run.spec().rounds(),
        switch (phase) {
          case Phase.Training training -> training.attempt();
          case Phase.Aggregating sum -> sum.attempt();
          default -> 0;
        },
        answered(run),
        sites,
        run.out(),
        run.declaredMs(),
        run.phaseMs(),
        run.deadlineMs(),
        hash(run.manifest()),
        hash(run.model()),
        end == null ? null : end.outcome().name(),
        end == null ? null : end.code(),
        end == null ? null : end.repo(),
        end == null ? null : end.commit(),
        run.rounds().stream().map(History::entry).toList());
  }

  private static List<String> answered(Run run) {
    return List.copyOf(
        switch (run.phase()) {
          case Phase.Negotiating _ -> run.sites().keySet();
          case Phase.Moments moments -> moments.parts().keySet();
          case Phase.Clipping clipping -> clipping.parts().keySet();
          case Phase.Agreeing agreeing -> agreeing.reports().keySet();
          case Phase.Training training -> training.updates().keySet();
          case Phase.Aggregating sum -> sum.updates().keySet();
          case Phase.Minifying minifying -> minifying.parts().keySet();
          default -> List.of();
        });
  }

  private static @Nullable String hash(@Nullable Blob blob) {
    return blob == null ? null : blob.sha256();
  }
}
