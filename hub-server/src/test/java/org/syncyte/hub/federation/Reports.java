package org.syncyte.hub.federation;

import static org.syncyte.hub.HubClient.with;

import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;

/// Reports as a coordinator sends them.
final class Reports {
  /// A day in November 2025.
  static final long DECLARED = 1_764_000_000_000L;

  private Reports() {}

  /// A run of five rounds at three sites of which `committed` are done.
  static String training(int committed) {
    var rounds = new StringBuilder();
    var losses = new StringBuilder();
    for (int i = 1; i <= committed; i++) {
      rounds.append(i == 1 ? "" : ",").append(i);
      losses.append(i == 1 ? "" : ",").append(1000.0 / i);
    }
    return """
    {"schema": 1, "listing": "sites", "model": "SCVI", "phase": "training", "round": %d, "committed": %d,
     "rounds": 5, "answered": 1, "sites": 3, "site_names": ["a", "b", "c"],
     "losses": {"round": [%s], "elbo_train": [%s], "elbo_validation": [%s]},
     "outcome": null, "repo": null, "commit": null, "declared_ms": %d, "ended_ms": null}
    """
        .formatted(committed + 1, committed, rounds, losses, losses, DECLARED);
  }

  static String completed(String repo) {
    return training(5)
        .replace("\"training\", \"round\": 6", "\"ended\", \"round\": 5")
        .replace("\"outcome\": null", "\"outcome\": \"COMPLETED\"")
        .replace("\"ended_ms\": null", "\"ended_ms\": " + (DECLARED + 60_000))
        .replace(
            "\"repo\": null, \"commit\": null",
            "\"repo\": \"%s\", \"commit\": \"%s\"".formatted(repo, "0".repeat(40)));
  }

  static Response put(String token, String run, String body) {
    return with(token)
        .contentType("application/json")
        .body(body.getBytes(StandardCharsets.UTF_8))
        .put("/api/v1/fed/" + run.replace("/", "/runs/"));
  }
}
