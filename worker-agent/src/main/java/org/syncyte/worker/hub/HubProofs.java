package org.syncyte.worker.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What those who prove models ask of a hub, and tell it. Needs a token of the role `PROVE`.
public final class HubProofs {
  private static final int PAGES = 10_000;
  private final Http http;

  public HubProofs(URI hub, @Nullable String token) {
    http = new Http(hub, token, 4);
  }

  /// A commit that waits for a proof.
  public record Wanted(String repo, String commit) {}

  /// The commits without a report, or with one that is older.
  public List<Wanted> wanted(Duration olderThan) {
    var wanted = new ArrayList<Wanted>();
    String after = "0";
    for (int page = 0; page < PAGES && after != null; page++) {
      var route =
          "/api/v1/proofs/wanted?olderThan="
              + Http.escape(olderThan.toString())
              + "&after="
              + Http.escape(after);
      var reply = http.call(http.to(route).GET().build());
      for (var one : reply.path("wanted")) {
        wanted.add(
            new Wanted(
                HubClient.check(one.path("repo").asText()), commit(one.path("commit").asText())));
      }
      after = reply.hasNonNull("next") ? reply.path("next").asText() : null;
    }
    return wanted;
  }

  /// Hands in a report, and returns what the hub made of it.
  public JsonNode report(Wanted commit, Object report) {
    var route =
        "/api/models/%s/native-proof/%s".formatted(HubClient.check(commit.repo()), commit.commit());
    return http.call(
        http.to(route).header("Content-Type", "application/json").POST(Http.json(report)).build());
  }

  private static String commit(String id) {
    if (!id.matches("[0-9a-f]{40}")) {
      throw new HubException(0, "the hub names a commit '%s', which is none".formatted(id));
    }
    return id;
  }
}
