package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Reachable and unreachable content for a collection of garbage that is killed, and what must hold
/// afterwards:
///
/// - content of every commit in the history of main is on disk with its hash;
/// - a commit that lost its branch is there with all its files, or not at all;
/// - the next collection leaves nothing that could be collected, in the database or on disk.
final class HubGarbage {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEPT = 20;
  private static final int LOST = 300;
  private static final int LOOSE = 4;

  private final HubProcess hub;
  private final String repo;
  private final Set<String> needed = new LinkedHashSet<>();
  private final Set<String> unneeded = new LinkedHashSet<>();
  private String lost = "";

  HubGarbage(HubProcess hub, String repo) {
    this.hub = hub;
    this.repo = repo;
  }

  /// One commit to main, one to a branch that is then removed, and content in no commit.
  ///
  /// @return the commit to main
  String prepare(int number) throws IOException, InterruptedException {
    String kept = commit("main", "Keep", texts("kept", KEPT, number, needed));
    post("branch/side", "{}");
    lost = commit("side", "Lose", texts("lost", LOST, number, unneeded));
    send(hub.request("/api/models/" + repo + "/branch/side").DELETE());
    for (int i = 0; i < LOOSE; i++) {
      byte[] bytes =
          "loose %d of %d\n".formatted(i, number).repeat(900).getBytes(StandardCharsets.UTF_8);
      unneeded.add(Hashes.sha256(bytes));
      upload(bytes);
    }
    return kept;
  }

  boolean collect() throws IOException, InterruptedException {
    return hub.send(hub.request("/api/v1/gc?dryRun=false&grace=PT0S").POST(BodyPublishers.noBody()))
            .statusCode()
        == 200;
  }

  /// After a kill; `answered` if the collection had said that it is complete.
  void check(boolean answered) throws IOException, InterruptedException {
    for (String sha256 : needed) {
      Path file = file(sha256);
      assertThat(file).as("reachable content").exists();
      assertThat(Hashes.sha256(Files.readAllBytes(file))).isEqualTo(sha256);
    }
    String tree = "/api/models/" + repo + "/tree/" + lost + "?recursive=true&limit=1000";
    var reply = hub.send(hub.request(tree));
    assertThat(reply.statusCode()).isIn(answered ? List.of(404) : List.of(200, 404));
    if (reply.statusCode() == 200) {
      int files = 0;
      for (var entry : JSON.readTree(reply.body())) {
        if (entry.path("type").asText().equals("file")) {
          files++;
          byte[] bytes =
              hub.bytes("/" + repo + "/resolve/" + lost + "/" + entry.path("path").asText());
          assertThat(Hashes.gitId(bytes)).isEqualTo(entry.path("oid").asText());
        }
      }
      assertThat(files).as("files of a commit that nothing leads to").isGreaterThan(LOST);
    }
  }

  /// The next collection finishes what the killed one began.
  void finish() throws IOException, InterruptedException {
    assertThat(collect()).isTrue();
    check(true);
    for (String sha256 : unneeded) {
      assertThat(file(sha256)).as("unreachable content").doesNotExist();
    }
    unneeded.clear();
    var left =
        JSON.readTree(
            send(hub.request("/api/v1/gc?dryRun=true&grace=PT0S").POST(BodyPublishers.noBody())));
    for (String kind : List.of("commits", "trees", "links", "files")) {
      assertThat(left.path(kind).asInt(-1)).as("%s still to collect: %s", kind, left).isZero();
    }
  }

  private List<String> texts(String folder, int count, int number, Set<String> hashes) {
    var lines = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      byte[] text =
          "%s %d of round %d\n"
              .formatted(folder, i, number)
              .repeat(50)
              .getBytes(StandardCharsets.UTF_8);
      hashes.add(Hashes.sha256(text));
      lines.add(HubKills.file(folder + "/" + i + ".txt", text));
    }
    return lines;
  }

  private String commit(String branch, String title, List<String> lines)
      throws IOException, InterruptedException {
    String body =
        "{\"key\":\"header\",\"value\":{\"summary\":\"%s\"}}\n%s"
            .formatted(title, String.join("\n", lines));
    return post("commit/" + branch, body).path("commitOid").asText();
  }

  private void upload(byte[] bytes) throws IOException, InterruptedException {
    String body =
        "{\"operation\":\"upload\",\"objects\":[{\"oid\":\"%s\",\"size\":%d}]}"
            .formatted(Hashes.sha256(bytes), bytes.length);
    var batch =
        JSON.readTree(
            send(
                hub.request("/" + repo + ".git/info/lfs/objects/batch")
                    .header("Content-Type", "application/vnd.git-lfs+json")
                    .POST(BodyPublishers.ofString(body))));
    String href =
        batch.path("objects").path(0).path("actions").path("upload").path("href").asText();
    send(java.net.http.HttpRequest.newBuilder(hub.at(href)).PUT(BodyPublishers.ofByteArray(bytes)));
  }

  private JsonNode post(String path, String body) throws IOException, InterruptedException {
    String type = path.startsWith("commit") ? "application/x-ndjson" : "application/json";
    return JSON.readTree(
        send(
            hub.request("/api/models/" + repo + "/" + path)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))));
  }

  private String send(java.net.http.HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var reply = hub.send(request);
    assertThat(reply.statusCode()).as(reply.uri() + " " + reply.body()).isEqualTo(200);
    return reply.body();
  }

  private Path file(String sha256) {
    return hub.data()
        .resolve("blobs")
        .resolve(sha256.substring(0, 2))
        .resolve(sha256.substring(2, 4))
        .resolve(sha256);
  }
}
