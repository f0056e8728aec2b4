package org.syncyte.hub.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.bytes;
import static org.syncyte.hub.HubClient.commit;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.large;
import static org.syncyte.hub.HubClient.sha256;
import static org.syncyte.hub.HubClient.upload;
import static org.syncyte.hub.HubClient.user;
import static org.syncyte.hub.HubClient.with;
import static org.syncyte.hub.trust.Published.checks;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class KeepTest {
  private static int count;
  private final String repo = "keep/repo" + count++;

  private static JsonPath collect(boolean dryRun, String grace) {
    return admin()
        .post("/api/v1/gc?dryRun=" + dryRun + "&grace=" + grace)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static boolean stored(String sha256) {
    return Files.exists(
        HubClient.directory()
            .resolve("blobs")
            .resolve(sha256.substring(0, 2))
            .resolve(sha256.substring(2, 4))
            .resolve(sha256));
  }

  @Test
  void whatNothingLeadsToGoesAndTheRestStays() {
    create(adminToken(), repo);
    var kept = bytes(9_000, 101);
    var gone = bytes(9_000, 102);
    var loose = bytes(9_000, 103);
    committed(
        adminToken(),
        repo,
        header("Keep"),
        large("kept.bin", upload(adminToken(), repo, kept), kept.length));
    admin()
        .contentType("application/json")
        .body("{}")
        .post("/api/models/" + repo + "/branch/side")
        .then()
        .statusCode(200);
    commit(
            adminToken(),
            repo,
            "side",
            header("Lose"),
            large("gone.bin", upload(adminToken(), repo, gone), gone.length))
        .then()
        .statusCode(200);
    upload(adminToken(), repo, loose);
    checks(repo, "main");
    admin().delete("/api/models/" + repo + "/branch/side").then().statusCode(200);

    assertThat(collect(true, "P1D").getList("items.name", String.class))
        .doesNotContain(sha256(gone), sha256(loose));
    var dry = collect(true, "PT0S");
    assertThat(dry.getList("items.name", String.class))
        .contains(sha256(gone), sha256(loose))
        .doesNotContain(sha256(kept));
    assertThat(
            dry.getString(
                "items.find { it.kind == 'link' && it.name == '" + sha256(gone) + "' }.reason"))
        .isEqualTo("only in commits that nothing leads to");
    assertThat(
            dry.getString(
                "items.find { it.kind == 'link' && it.name == '" + sha256(loose) + "' }.reason"))
        .isEqualTo("uploaded, but in no commit");
    assertThat(stored(sha256(gone))).isTrue();

    collect(false, "PT0S");
    assertThat(stored(sha256(gone))).isFalse();
    assertThat(stored(sha256(loose))).isFalse();
    assertThat(stored(sha256(kept))).isTrue();
    assertThat(
            anonymous()
                .get("/" + repo + "/resolve/main/kept.bin")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray())
        .isEqualTo(kept);
    assertThat(collect(true, "PT0S").getList("items.name", String.class))
        .doesNotContain(sha256(gone), sha256(loose));

    // Content that was collected can be sent again.
    committed(
        adminToken(),
        repo,
        header("Again"),
        large("again.bin", upload(adminToken(), repo, gone), gone.length));
    anonymous().get("/" + repo + "/resolve/main/again.bin").then().statusCode(200);
  }

  @Test
  void onlyAdministratorsCollect() {
    anonymous().post("/api/v1/gc").then().statusCode(401);
    with(user("keeper" + count, "WRITE")).post("/api/v1/gc").then().statusCode(403);
    admin().post("/api/v1/gc?grace=soon").then().statusCode(400);
  }

  private Path exported(Path folder) throws IOException {
    create(adminToken(), repo);
    var content = bytes(20_000, 700 + count);
    committed(
        adminToken(),
        repo,
        header("One"),
        file("README.md", "---\nlicense: mit\n---\nOne"),
        file("docs/deep/note.txt", "a note"),
        large("model.bin", upload(adminToken(), repo, content), content.length));
    committed(adminToken(), repo, header("Two"), file("README.md", "---\nlicense: mit\n---\nTwo"));
    admin()
        .contentType("application/json")
        .body("{\"tag\": \"v1\"}")
        .post("/api/models/" + repo + "/tag/main")
        .then()
        .statusCode(200);
    discuss();
    checks(repo, "main");
    var bytes =
        admin()
            .get("/api/v1/repos/" + repo + "/export")
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();
    return Files.write(folder.resolve("repo.tar"), bytes);
  }

  /// A discussion with an edited and a hidden comment, and an open and a merged pull request.
  private void discuss() {
    String api = "/api/models/" + repo + "/discussions";
    said(api, "{\"title\": \"How was it trained?\", \"description\": \"On which cells?\"}");
    String comment =
        said(api + "/1/comment", "{\"comment\": \"On blood\"}").getString("newMessage.id");
    said(api + "/1/comment/" + comment + "/edit", "{\"content\": \"On bone marrow\"}");
    String secret =
        said(api + "/1/comment", "{\"comment\": \"To be taken back\"}").getString("newMessage.id");
    said(api + "/1/comment/" + secret + "/hide", "{}");
    for (String text : List.of("proposal", "merged")) {
      commit(
              adminToken(),
              repo,
              "main?create_pr=1",
              header("Add " + text),
              file(text + ".txt", text))
          .then()
          .statusCode(200);
    }
    said(api + "/3/merge", "{}");
  }

  private static JsonPath said(String path, String body) {
    return admin()
        .contentType("application/json")
        .body(body)
        .post(path)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static void sameDiscussions(String one, String other) {
    for (int number = 1; number <= 3; number++) {
      String path = "/discussions/" + number;
      var before = anonymous().get("/api/models/" + one + path).then().extract().jsonPath();
      var after =
          anonymous()
              .get("/api/models/" + other + path)
              .then()
              .statusCode(200)
              .extract()
              .jsonPath();
      for (String key :
          List.of("title", "status", "isPullRequest", "createdAt", "changes", "author.name")) {
        assertThat(after.<Object>get(key)).as(key).isEqualTo(before.get(key));
      }
      assertThat(after.getList("events.type")).isEqualTo(before.getList("events.type"));
      assertThat(after.getList("events.author.name"))
          .isEqualTo(before.getList("events.author.name"));
      assertThat(after.getList("events.data.latest.raw"))
          .isEqualTo(before.getList("events.data.latest.raw"));
    }
    assertThat(content(other, "refs%2Fpr%2F2", "proposal.txt"))
        .isEqualTo("proposal".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void repositoryComesBackAsItWas(@TempDir Path folder) throws IOException {
    var file = exported(folder);
    var said = new ByteArrayOutputStream();
    try (var out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      assertThat(VerifyCommand.run(file, out, out)).isZero();
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("every hash is right", repo);
    var target = repo + "-copy";
    admin()
        .contentType("application/x-tar")
        .body(Files.readAllBytes(file))
        .post("/api/v1/repos/import?repo=" + target.replace("/", "%2F"))
        .then()
        .statusCode(200)
        .body("id", equalTo(target));
    for (String path : List.of("README.md", "model.bin", "docs/deep/note.txt")) {
      assertThat(content(target, "v1", path)).isEqualTo(content(repo, "v1", path));
    }
    String head = anonymous().get("/api/models/" + repo).then().extract().path("sha");
    anonymous().get("/api/models/" + target).then().body("sha", equalTo(head));
    anonymous()
        .get("/api/models/" + target + "/commits/main")
        .then()
        .body("title", equalTo(List.of("Add merged (#3)", "Two", "One", "initial commit")));
    sameDiscussions(repo, target);
    // The next one gets the next number, and imported words belong to nobody here.
    said("/api/models/" + target + "/discussions", "{\"title\": \"One more\"}");
    String first =
        anonymous()
            .get("/api/models/" + target + "/discussions/1")
            .then()
            .extract()
            .path("events[0].id");
    admin()
        .contentType("application/json")
        .body("{\"content\": \"Never said\"}")
        .post("/api/models/" + target + "/discussions/1/comment/" + first + "/edit")
        .then()
        .statusCode(403);
    anonymous()
        .get("/api/models/" + target + "/tree/main/docs")
        .then()
        .body("path", hasItem("docs/deep"));
    admin()
        .contentType("application/x-tar")
        .body(Files.readAllBytes(file))
        .post("/api/v1/repos/import?repo=" + target.replace("/", "%2F"))
        .then()
        .statusCode(409);
  }

  private static byte[] content(String repo, String revision, String path) {
    return anonymous()
        .get("/" + repo + "/resolve/" + revision + "/" + path)
        .then()
        .statusCode(200)
        .extract()
        .asByteArray();
  }

  @Test
  void everyChangedByteIsFound(@TempDir Path folder) throws IOException {
    var file = exported(folder);
    var whole = Files.readAllBytes(file);
    var random = new Random(17);
    int found = 0;
    for (int round = 0; round < 400; round++) {
      var changed = whole.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, changed);
      try {
        // What is left unnoticed is padding of the archive, or a date in its headers.
        var verified = ClosureFile.verify(file);
        assertThat(verified.closure()).isEqualTo(read(whole, folder));
      } catch (HubException refused) {
        found++;
        assertThat(refused.status()).isEqualTo(400);
      }
    }
    assertThat(found).isGreaterThan(200);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> ClosureFile.verify(file)).isInstanceOf(HubException.class);
    admin()
        .contentType("application/x-tar")
        .body(Files.readAllBytes(file))
        .post("/api/v1/repos/import?repo=keep%2Fbroken" + count)
        .then()
        .statusCode(400)
        .body("error", containsString("not a whole, unchanged repository"));
    anonymous().get("/api/models/keep/broken" + count).then().statusCode(401);
  }

  private static Closure read(byte[] whole, Path folder) throws IOException {
    var file = Files.write(folder.resolve("whole.tar"), whole);
    return ClosureFile.verify(file).closure();
  }

  @Test
  void strangersNeitherExportNorImport(@TempDir Path folder) throws IOException {
    var file = exported(folder);
    anonymous().get("/api/v1/repos/" + repo + "/export").then().statusCode(401);
    with(user("exporter" + count, "WRITE"))
        .get("/api/v1/repos/" + repo + "/export")
        .then()
        .statusCode(403);
    with(user("importer" + count, "WRITE"))
        .contentType("application/x-tar")
        .body(Files.readAllBytes(file))
        .post("/api/v1/repos/import")
        .then()
        .statusCode(403);
  }
}
