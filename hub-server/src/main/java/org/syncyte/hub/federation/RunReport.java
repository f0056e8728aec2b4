package org.syncyte.hub.federation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.StrictJson;

/// What a coordinator tells of a run, read strictly: everyone will see it.
///
///     {"schema": 1, "listing": "sites", "model": "SCVI", "phase": "training", "round": 3,
///      "committed": 2, "rounds": 20, "answered": 1, "sites": 3, "site_names": ["a", "b", "c"],
///      "losses": {"round": [1, 2], "elbo_train": [812.5, 640.1], "elbo_validation": [820.0, null]},
///      "outcome": null, "repo": null, "commit": null, "declared_ms": 1764550000000, "ended_ms": null}
///
/// `listing` repeats the declaration: `course` shows how many sites there are, `sites` their names
/// too. There is no third word, so a run that is not public cannot be told by mistake.
record RunReport(
    @JsonProperty(value = "schema", required = true) int schema,
    @JsonProperty(value = "listing", required = true) Listing listing,
    @JsonProperty(value = "model", required = true) String model,
    @JsonProperty(value = "phase", required = true) String phase,
    @JsonProperty(value = "round", required = true) int round,
    @JsonProperty(value = "committed", required = true) int committed,
    @JsonProperty(value = "rounds", required = true) int rounds,
    @JsonProperty(value = "answered", required = true) int answered,
    @JsonProperty(value = "sites", required = true) int sites,
    @JsonProperty(value = "site_names", required = true) List<String> siteNames,
    @JsonProperty(value = "losses", required = true) Losses losses,
    @JsonProperty("outcome") @Nullable Outcome outcome,
    @JsonProperty("repo") @Nullable String repo,
    @JsonProperty("commit") @Nullable String commit,
    @JsonProperty(value = "declared_ms", required = true) long declaredMs,
    @JsonProperty("ended_ms") @Nullable Long endedMs) {
  static final int MAX_BYTES = 1 << 17;
  static final int MAX_POINTS = 512;
  static final Pattern ID = Pattern.compile("[a-z0-9-]{1,32}");
  private static final int MAX_SITES = 1000;
  private static final int MAX_ROUNDS = 100_000;
  private static final String ENDED = "ended";
  private static final Set<String> PHASES =
      Set.of(
          "negotiating",
          "joining",
          "moments",
          "bounding",
          "clipping",
          "selecting",
          "agreeing",
          "checking",
          "training",
          "aggregating",
          "minifying",
          "recording",
          "publishing",
          ENDED);
  private static final Pattern MODEL = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,39}");
  private static final Pattern REPO =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final JsonMapper JSON =
      StrictJson.builder().enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS).build();

  enum Listing {
    COURSE,
    SITES
  }

  enum Outcome {
    COMPLETED,
    FAILED,
    CANCELLED
  }

  /// One value a committed round, or a choice of rounds if there are very many.
  record Losses(
      @JsonProperty(value = "round", required = true) List<Integer> round,
      @JsonProperty(value = "elbo_train", required = true) List<@Nullable Double> elboTrain,
      @JsonProperty(value = "elbo_validation", required = true)
          List<@Nullable Double> elboValidation) {}

  /// @throws HubException if the bytes are no report
  static RunReport read(byte[] body) {
    try {
      var report = JSON.readValue(body, RunReport.class);
      if (report == null) {
        throw bad("it is null");
      }
      report.check();
      return report;
    } catch (JsonProcessingException unreadable) {
      throw bad(unreadable.getOriginalMessage());
    } catch (IOException | NullPointerException unreadable) {
      throw bad(String.valueOf(unreadable.getMessage()));
    }
  }

  /// What [#json] gave.
  static RunReport stored(String json) {
    try {
      return JSON.readValue(json, RunReport.class);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("a stored report is not readable", broken);
    }
  }

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  Instant declaredAt() {
    return Instant.ofEpochMilli(declaredMs);
  }

  @Nullable Instant endedAt() {
    return endedMs == null ? null : Instant.ofEpochMilli(endedMs);
  }

  boolean ended() {
    return phase.equals(ENDED);
  }

  private void check() {
    if (schema != 1) {
      throw bad("schema " + schema + " is not known here, 1 is");
    }
    if (!MODEL.matcher(model).matches()) {
      throw bad("model is no name of a model class");
    }
    if (!PHASES.contains(phase)) {
      throw bad("phase is none of " + new TreeSet<>(PHASES));
    }
    within("rounds", rounds, 1, MAX_ROUNDS);
    within("round", round, 0, rounds);
    within("committed", committed, 0, rounds);
    within("sites", sites, 0, MAX_SITES);
    within("answered", answered, 0, sites);
    checkSites();
    checkLosses();
    checkEnd();
  }

  private void checkSites() {
    int named = listing == Listing.SITES ? sites : 0;
    if (siteNames.size() != named) {
      throw bad(
          "site_names has %d names; with this listing there must be %d"
              .formatted(siteNames.size(), named));
    }
    for (var name : siteNames) {
      if (name == null || !ID.matcher(name).matches()) {
        throw bad("site_names: a name is not 1 to 32 of a-z, 0-9, -");
      }
    }
  }

  private void checkLosses() {
    int points = losses.round().size();
    if (points > MAX_POINTS
        || losses.elboTrain().size() != points
        || losses.elboValidation().size() != points) {
      throw bad("losses must be columns of one length, at most " + MAX_POINTS);
    }
    int last = 0;
    for (Integer at : losses.round()) {
      if (at == null || at <= last || at > committed) {
        throw bad("losses: rounds must ascend from 1 to what is committed");
      }
      last = at;
    }
    for (var column : List.of(losses.elboTrain(), losses.elboValidation())) {
      for (var value : column) {
        if (value != null && !Double.isFinite(value)) {
          throw bad("losses: " + value + " is no number");
        }
      }
    }
  }

  private void checkEnd() {
    long latest = Instant.now().plus(Duration.ofDays(1)).toEpochMilli();
    if (declaredMs <= 0 || declaredMs > latest) {
      throw bad("declared_ms is not in the past");
    }
    if (ended() != (outcome != null) || ended() != (endedMs != null)) {
      throw bad("outcome and ended_ms go with the phase 'ended' and with no other");
    }
    if (endedMs != null && (endedMs < declaredMs || endedMs > latest)) {
      throw bad("ended_ms is before declared_ms or in the future");
    }
    if (repo != null
        && (outcome != Outcome.COMPLETED
            || commit == null
            || !REPO.matcher(repo).matches()
            || !COMMIT.matcher(commit).matches())) {
      throw bad("repo must be owner/name with a commit, of a run that is completed");
    }
    if (repo == null && commit != null) {
      throw bad("commit without repo");
    }
  }

  private static void within(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw bad("%s must lie in %d to %d, not %d".formatted(field, min, max, value));
    }
  }

  private static HubException bad(String why) {
    return new HubException(ErrorCode.BAD_REQUEST, "not a report of a run: " + why);
  }
}
