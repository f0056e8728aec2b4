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
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Kills the hub with signal 9 at a random moment of a write, starts it again, and looks at what is
/// there. Whatever the moment:
///
/// - what was answered with success is there, and earlier commits are untouched;
/// - a write that was not answered is there as a whole or not at all;
/// - every file that a branch lists can be downloaded and has the hash that its listing states;
/// - nothing half-received lies about;
/// - the same requests sent again succeed and give what one undisturbed run gives;
/// - what a collection of garbage owes is in [HubGarbage].
///
/// The moment is drawn from zero to a little more than such a write has taken so far.
final class HubKills {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGE = 6_000_000;
  private static final int FILES = 60;

  /// In which write the hub is killed.
  enum Moment {
    LFS_PUT,
    MULTIPART_COMPLETION,
    COMMIT,
    SHARD,
    S3_PUT,
    GARBAGE_COLLECTION
  }

  /// What a client knows when the connection broke: the answer, or that there was none.
  private interface Write {
    boolean send() throws IOException, InterruptedException;
  }

  private final HubProcess hub;
  private final Moment moment;
  private final String repo;
  private final Random random;
  private final List<String> acknowledged = new ArrayList<>();
  private final HubGarbage garbage;
  private double typicalMillis = 400;
  private int interrupted;
  private @Nullable Process client;

  HubKills(HubProcess hub, Moment moment, long seed) throws IOException, InterruptedException {
    this.hub = hub;
    this.moment = moment;
    this.random = new Random(seed);
    repo = "kills/" + moment.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    var parts = repo.split("/");
    post(
        "/api/repos/create",
        "{\"organization\":\"%s\",\"name\":\"%s\"}".formatted(parts[0], parts[1]));
    acknowledged.add(head());
    garbage = new HubGarbage(hub, repo);
  }

  /// How many kills came before the answer.
  int interrupted() {
    return interrupted;
  }

  void round(int number) throws Exception {
    byte[] content = new byte[LARGE + number];
    new Random(1000L * moment.ordinal() + number).nextBytes(content);
    String before = head();
    var write = write(number, content);
    boolean answered = killDuring(write);
    hub.restart();
    assertThat(hub.files("incoming") + hub.files("xet/incoming"))
        .as("half-received files")
        .isZero();
    checkHistory();
    if (moment == Moment.GARBAGE_COLLECTION) {
      garbage.check(answered);
    } else if (commits()) {
      String now = head();
      assertThat(answered && now.equals(before)).as("an answered commit is lost").isFalse();
      if (!now.equals(before)) {
        assertThat(
                JSON.readTree(get("/api/models/" + repo + "/commits/main"))
                    .path(1)
                    .path("id")
                    .asText())
            .as("the interrupted commit builds on the head")
            .isEqualTo(before);
        checkWhole(number);
      }
      checkFiles();
    } else if (answered) {
      assertThat(batch(content).has("actions")).as("an answered upload is lost").isFalse();
    }
    repeat(number, content);
    checkFiles();
  }

  private boolean commits() {
    return switch (moment) {
      case COMMIT, SHARD, S3_PUT -> true;
      case LFS_PUT, MULTIPART_COMPLETION, GARBAGE_COLLECTION -> false;
    };
  }

  private boolean killDuring(Write write) throws Exception {
    long begun = System.nanoTime();
    var running = CompletableFuture.supplyAsync(() -> sent(write));
    // Early until a kill has hit a running write, then anywhere up to its end.
    double reach = interrupted == 0 ? 0.3 : 1.1;
    long wait = (long) (random.nextDouble() * typicalMillis * reach * 1e6);
    boolean answered = false;
    try {
      answered = running.get(wait, TimeUnit.NANOSECONDS);
      typicalMillis = 0.7 * typicalMillis + 0.3 * (System.nanoTime() - begun) / 1e6;
    } catch (TimeoutException _) {
      interrupted++;
      typicalMillis *= 1.03;
    }
    hub.kill();
    if (client != null) {
      client.destroyForcibly();
    }
    try {
      return running.get(1, TimeUnit.MINUTES) || answered;
    } catch (ExecutionException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static boolean ended(Process client) throws InterruptedException {
    return client.waitFor() == 0;
  }

  /// The stock client, which sends chunks, then a shard that says what files they make, then the
  /// commit. What it remembers of earlier uploads survives the kill, as it does on a user's disk.
  private Process chunkedUpload(int number, byte[] content) throws IOException {
    Path home = Files.createDirectories(hub.data().resolve("client"));
    Path file = home.resolve("model.pt");
    Files.write(file, content);
    String script =
        "from huggingface_hub import HfApi; import sys; "
            + "HfApi(endpoint=sys.argv[1], token=sys.argv[2]).upload_file(repo_id=sys.argv[3], "
            + "path_or_fileobj=sys.argv[4], path_in_repo=sys.argv[5], commit_message=sys.argv[6])";
    var builder =
        new ProcessBuilder(
            StockClients.newestPython(),
            "-c",
            script,
            hub.address(),
            hub.token(),
            repo,
            file.toString(),
            "model" + number % 3 + ".pt",
            "Round " + number);
    builder.environment().remove("HF_HUB_DISABLE_XET");
    builder.environment().put("HF_HOME", home.toString());
    builder.environment().put("HF_ENDPOINT", hub.address());
    client =
        builder
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("client.log").toFile())
            .start();
    return client;
  }

  private static boolean sent(Write write) {
    try {
      return write.send();
    } catch (IOException _) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Write write(int number, byte[] content) throws IOException, InterruptedException {
    return switch (moment) {
      case LFS_PUT -> {
        String href = upload(content).path("href").asText();
        yield () -> put(href, content);
      }
      case MULTIPART_COMPLETION -> {
        var action = upload(content);
        putParts(action, content);
        yield () -> complete(action, content);
      }
      case COMMIT -> () -> !commit(number).isEmpty();
      case SHARD -> {
        long sent = hub.files("xet/blobs");
        var client = chunkedUpload(number, content);
        while (hub.files("xet/blobs") == sent && client.isAlive()) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
        yield () -> ended(client);
      }
      case S3_PUT -> () -> putObject(number, content);
      case GARBAGE_COLLECTION -> {
        acknowledged.add(garbage.prepare(number));
        yield garbage::collect;
      }
    };
  }

  /// What the client does when it gets no answer: the same again, to the end.
  private void repeat(int number, byte[] content) throws IOException, InterruptedException {
    switch (moment) {
      case LFS_PUT, MULTIPART_COMPLETION -> {
        var object = batch(content);
        if (object.has("actions")) {
          var action = object.path("actions").path("upload");
          if (moment == Moment.LFS_PUT) {
            assertThat(put(action.path("href").asText(), content)).isTrue();
          } else {
            assertThat(complete(action, content) || putAndComplete(action, content)).isTrue();
          }
        }
        acknowledged.add(
            commit("Round " + number, List.of(large("model" + number % 3 + ".pt", content))));
      }
      case COMMIT -> acknowledged.add(commit(number));
      case SHARD -> {
        assertThat(chunkedUpload(number, content).waitFor()).isZero();
        acknowledged.add(head());
      }
      case S3_PUT -> {
        assertThat(putObject(number, content)).isTrue();
        acknowledged.add(head());
      }
      case GARBAGE_COLLECTION -> garbage.finish();
    }
  }

  private boolean putAndComplete(JsonNode action, byte[] content)
      throws IOException, InterruptedException {
    putParts(action, content);
    return complete(action, content);
  }

  private JsonNode upload(byte[] content) throws IOException, InterruptedException {
    return batch(content).path("actions").path("upload");
  }

  private JsonNode batch(byte[] content) throws IOException, InterruptedException {
    String body =
        "{\"operation\":\"upload\",\"transfers\":[%s],\"objects\":[{\"oid\":\"%s\",\"size\":%d}]}"
            .formatted(
                moment == Moment.MULTIPART_COMPLETION ? "\"multipart\"" : "\"basic\"",
                Hashes.sha256(content),
                content.length);
    return JSON.readTree(post("/" + repo + ".git/info/lfs/objects/batch", body))
        .path("objects")
        .path(0);
  }

  private boolean put(String href, byte[] content) throws IOException, InterruptedException {
    var request = java.net.http.HttpRequest.newBuilder(hub.at(href));
    return hub.send(request.PUT(BodyPublishers.ofByteArray(content))).statusCode() == 200;
  }

  private void putParts(JsonNode action, byte[] content) throws IOException, InterruptedException {
    var header = action.path("header");
    int size = header.path("chunk_size").asInt();
    for (int from = 0, part = 1; from < content.length; from += size, part++) {
      byte[] bytes =
          java.util.Arrays.copyOfRange(content, from, Math.min(content.length, from + size));
      assertThat(put(header.path("%05d".formatted(part)).asText(), bytes)).isTrue();
    }
  }

  private boolean complete(JsonNode action, byte[] content)
      throws IOException, InterruptedException {
    var request = java.net.http.HttpRequest.newBuilder(hub.at(action.path("href").asText()));
    String body = "{\"oid\":\"" + Hashes.sha256(content) + "\",\"parts\":[]}";
    return hub.send(request.POST(BodyPublishers.ofString(body))).statusCode() == 200;
  }

  private boolean putObject(int number, byte[] content) throws IOException, InterruptedException {
    var request = hub.request("/s3/" + repo + "/model" + number % 3 + ".pt");
    return hub.send(request.PUT(BodyPublishers.ofByteArray(content))).statusCode() == 200;
  }

  /// Replaces all small files at once; every one of them says which round it is from.
  private String commit(int number) throws IOException, InterruptedException {
    var lines = new ArrayList<String>();
    for (int i = 0; i < FILES; i++) {
      byte[] text =
          ("round " + number + " file " + i + "\n").repeat(40).getBytes(StandardCharsets.UTF_8);
      lines.add(file("files/" + i + ".txt", text));
    }
    return commit("Round " + number, lines);
  }

  private String commit(String title, List<String> lines) throws IOException, InterruptedException {
    String body =
        "{\"key\":\"header\",\"value\":{\"summary\":\"%s\",\"parentCommit\":\"%s\"}}\n%s"
            .formatted(title, acknowledged.getLast(), String.join("\n", lines));
    var request =
        hub.request("/api/models/" + repo + "/commit/main")
            .header("Content-Type", "application/x-ndjson")
            .POST(BodyPublishers.ofString(body));
    var reply = hub.send(request);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body()).path("commitOid").asText();
  }

  static String file(String path, byte[] text) {
    return "{\"key\":\"file\",\"value\":{\"path\":\"%s\",\"encoding\":\"base64\",\"content\":\"%s\"}}"
        .formatted(path, Base64.getEncoder().encodeToString(text));
  }

  private static String large(String path, byte[] content) {
    return "{\"key\":\"lfsFile\",\"value\":{\"path\":\"%s\",\"algo\":\"sha256\",\"oid\":\"%s\",\"size\":%d}}"
        .formatted(path, Hashes.sha256(content), content.length);
  }

  /// Every acknowledged commit is in the history, in order.
  private void checkHistory() throws IOException, InterruptedException {
    var ids = new ArrayList<String>();
    JSON.readTree(get("/api/models/" + repo + "/commits/main?limit=1000"))
        .forEach(commit -> ids.add(commit.path("id").asText()));
    assertThat(ids.reversed()).containsSubsequence(acknowledged);
    assertThat(ids.size() - acknowledged.size()).as("commits nobody knows").isBetween(0, 1);
  }

  private void checkWhole(int number) throws IOException, InterruptedException {
    if (moment == Moment.COMMIT) {
      for (int i : new int[] {0, FILES / 2, FILES - 1}) {
        assertThat(
                new String(
                    hub.bytes("/" + repo + "/resolve/main/files/" + i + ".txt"),
                    StandardCharsets.UTF_8))
            .startsWith("round " + number + " file " + i + "\n");
      }
    }
  }

  /// Every file that main lists is there and is what the listing says.
  private void checkFiles() throws IOException, InterruptedException {
    for (var file : JSON.readTree(get("/api/models/" + repo + "/tree/main?recursive=true"))) {
      if (file.path("type").asText().equals("file")) {
        byte[] bytes = hub.bytes("/" + repo + "/resolve/main/" + file.path("path").asText());
        boolean large = file.has("lfs");
        assertThat(large ? Hashes.sha256(bytes) : Hashes.gitId(bytes))
            .as(file.path("path").asText())
            .isEqualTo((large ? file.path("lfs") : file).path("oid").asText());
      }
    }
  }

  private String head() throws IOException, InterruptedException {
    return JSON.readTree(get("/api/models/" + repo)).path("sha").asText();
  }

  private String get(String path) throws IOException, InterruptedException {
    var reply = hub.send(hub.request(path));
    assertThat(reply.statusCode()).as(path + reply.body()).isEqualTo(200);
    return reply.body();
  }

  private String post(String path, String body) throws IOException, InterruptedException {
    var request = hub.request(path).header("Content-Type", "application/json");
    var reply = hub.send(request.POST(BodyPublishers.ofString(body)));
    assertThat(reply.statusCode()).as(path + reply.body()).isEqualTo(200);
    return reply.body();
  }
}
