package org.syncyte.worker.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// What keepers of a hub ask of it: collection of garbage, and whole repositories as one file.
public final class HubKeeper {
  private final Http http;

  public HubKeeper(URI hub, @Nullable String token) {
    http = new Http(hub, token, 4);
  }

  /// What was removed, or would be.
  ///
  /// @param grace what is younger is kept, such as `PT24H`, or null for the hub's own rule
  public JsonNode collectGarbage(boolean dryRun, @Nullable String grace) {
    var route =
        "/api/v1/gc?dryRun=" + dryRun + (grace == null ? "" : "&grace=" + Http.escape(grace));
    return http.call(http.to(route).POST(HttpRequest.BodyPublishers.noBody()).build());
  }

  /// Writes a whole repository to a file, which appears when it is whole.
  ///
  /// @return its length
  public long export(String repo, Path target) {
    var request = http.to("/api/v1/repos/" + HubClient.check(repo) + "/export").GET().build();
    var reply = http.send(request);
    if (!Http.succeeded(reply)) {
      throw Http.refused(request, reply, Http.text(reply));
    }
    try {
      var beside = Files.createTempFile(target.toAbsolutePath().getParent(), ".export", ".part");
      try (var body = reply.body()) {
        Files.copy(body, beside, StandardCopyOption.REPLACE_EXISTING);
        try (var channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        Files.move(
            beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return Files.size(target);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the export broke off: " + e.getMessage(), e);
    }
  }

  /// Loads an ontology in OBO format under a name.
  public JsonNode ontology(Path file, String name) throws IOException {
    return http.call(
        http.to("/api/v1/ontologies/" + Http.escape(name))
            .header("Content-Type", "text/plain")
            .PUT(HttpRequest.BodyPublishers.ofFile(file))
            .build());
  }

  /// Makes a repository of an exported file.
  ///
  /// @param repo the name it gets, or null for its own
  public JsonNode bring(Path file, @Nullable String repo, boolean hidden) throws IOException {
    var route =
        "/api/v1/repos/import?private="
            + hidden
            + (repo == null ? "" : "&repo=" + Http.escape(HubClient.check(repo)));
    return http.call(
        http.to(route)
            .header("Content-Type", "application/x-tar")
            .POST(HttpRequest.BodyPublishers.ofFile(file))
            .build());
  }
}
