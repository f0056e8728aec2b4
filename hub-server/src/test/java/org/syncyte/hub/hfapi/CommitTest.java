package org.syncyte.hub.hfapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.commit;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.large;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class CommitTest {
  private static int count;
  private final String repo = "commits/repo" + count++;

  @TestHTTPResource("/")
  @SuppressWarnings("NullAway.Init")
  URI address;

  private String head() {
    return anonymous().get("/api/models/" + repo).then().statusCode(200).extract().path("sha");
  }

  @Test
  void firstCommitHoldsLargeFilePatterns() {
    create(adminToken(), repo);
    anonymous()
        .get("/api/models/" + repo)
        .then()
        .body("siblings.rfilename", equalTo(List.of(".gitattributes")));
    anonymous()
        .get("/" + repo + "/resolve/main/.gitattributes")
        .then()
        .body(containsString("*.pt filter=lfs"));
  }

  @Test
  void linesApplyInOrderAndTogether() {
    create(adminToken(), repo);
    committed(
        adminToken(),
        repo,
        header("One"),
        file("a.txt", "1"),
        file("d/b.txt", "2"),
        file("a.txt", "3"));
    anonymous().get("/" + repo + "/resolve/main/a.txt").then().body(equalTo("3"));
    committed(
        adminToken(),
        repo,
        header("Two"),
        "{\"key\":\"deletedFolder\",\"value\":{\"path\":\"d/\"}}",
        file("c.txt", "4"));
    anonymous()
        .get("/api/models/" + repo)
        .then()
        .body("siblings.rfilename", equalTo(List.of(".gitattributes", "a.txt", "c.txt")));
  }

  @Test
  void oneBadLineLeavesNothingBehind() {
    create(adminToken(), repo);
    String before = head();
    String unknown = "0".repeat(64);
    commit(
            adminToken(),
            repo,
            "main",
            header("Bad"),
            file("a.txt", "1"),
            large("model.pt", unknown, 5))
        .then()
        .statusCode(400)
        .header(
            "X-Error-Message", containsString("LFS pointer pointed to a file that does not exist"));
    commit(
            adminToken(),
            repo,
            "main",
            header("Bad"),
            file("a.txt", "1"),
            "{\"key\":\"deletedFile\",\"value\":{\"path\":\"no\"}}")
        .then()
        .statusCode(404)
        .header("X-Error-Code", "EntryNotFound")
        .body("error", containsString("A file with this name doesn't exist"));
    assertThat(head()).isEqualTo(before);
    anonymous().get("/" + repo + "/resolve/main/a.txt").then().statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "../up",
        "a/../b",
        "a//b",
        "./a",
        ".git/config",
        "a/.GIT/x",
        "a\\\\b",
        "a\\u0000b",
        ""
      })
  void refusesPathsThatLeaveTheRepository(String path) {
    create(adminToken(), repo);
    commit(adminToken(), repo, "main", header("Bad"), file(path, "x")).then().statusCode(400);
  }

  @Test
  void refusesFileThatIsAlsoAFolder() {
    create(adminToken(), repo);
    commit(adminToken(), repo, "main", header("Bad"), file("a", "x"), file("a/b", "y"))
        .then()
        .statusCode(400);
  }

  @Test
  void staleParentIsRefusedAndOnlyOneOfManyWritersWins() throws Exception {
    create(adminToken(), repo);
    String parent = head();
    try (var pool = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int writer = i;
        answers.add(
            pool.submit(() ->
                commit(
                        adminToken(),
                        repo,
                        "main",
                        header("W" + writer, parent),
                        file("f" + writer, "x"))
                    .statusCode()));
      }
      var codes = new ArrayList<Integer>();
      for (var answer : answers) {
        codes.add(answer.get());
      }
      assertThat(codes).containsExactlyInAnyOrder(200, 412, 412, 412);
    }
    anonymous().get("/api/models/" + repo + "/commits/main").then().header("X-Total-Count", "2");
  }

  @Test
  void repeatedRequestMakesOneCommit() {
    create(adminToken(), repo);
    String parent = head();
    String first = committed(adminToken(), repo, header("Once", parent), file("a", "x"));
    String second = committed(adminToken(), repo, header("Once", parent), file("a", "x"));
    assertThat(second).isEqualTo(first);
    anonymous().get("/api/models/" + repo + "/commits/main").then().header("X-Total-Count", "2");
  }

  @Test
  void brokenOffPushLeavesNoHalfCommit() throws IOException {
    create(adminToken(), repo);
    String before = head();
    try (var socket = new Socket("localhost", address.getPort())) {
      String start =
          header("Half")
              + "\n"
              + "{\"key\":\"file\",\"value\":{\"path\":\"a.txt\",\"content\":\""
              + "QUJD".repeat(20_000);
      var out = socket.getOutputStream();
      out.write(
          ("POST /api/models/"
                  + repo
                  + "/commit/main HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + adminToken()
                  + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n"
                  + start)
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      Awaitility.await().until(() -> HubClient.files("incoming") > 0);
    }
    Awaitility.await().untilAsserted(() -> assertThat(HubClient.files("incoming")).isZero());
    assertThat(head()).isEqualTo(before);
  }

  @Test
  void idsAreThoseOfGit(@TempDir Path folder) throws Exception {
    create(adminToken(), repo);
    committed(
        adminToken(),
        repo,
        header("One"),
        file("a.txt", "1"),
        file("a/b.txt", "2"),
        file("a/c/d.txt", "3"),
        file("a0", "4"));
    List<String> names =
        anonymous().get("/api/models/" + repo).then().extract().path("siblings.rfilename");
    for (String name : names) {
      Path target = folder.resolve(name);
      Files.createDirectories(target.resolveSibling("."));
      Files.write(target, anonymous().get("/" + repo + "/resolve/main/" + name).asByteArray());
    }
    git(folder, "init", "-q");
    git(folder, "add", "-f", ".");
    String tree = git(folder, "write-tree");
    String sub = git(folder, "rev-parse", tree + ":a");
    List<String> ids =
        anonymous()
            .get("/api/models/" + repo + "/tree/main?recursive=true")
            .then()
            .extract()
            .path("findAll { it.path == 'a' }.oid");
    assertThat(ids).containsExactly(sub);
  }

  private static String git(Path folder, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("git", "-c", "core.autocrlf=false"));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  @Test
  void readTokenAndStrangerCannotWrite() {
    create(adminToken(), repo);
    String reader = HubClient.user("reader" + count, "READ");
    String stranger = HubClient.user("stranger" + count, "WRITE");
    commit(reader, repo, "main", header("No"), file("a", "x")).then().statusCode(403);
    commit(stranger, repo, "main", header("No"), file("a", "x")).then().statusCode(403);
    anonymous()
        .contentType("application/x-ndjson")
        .body(new byte[0])
        .post("/api/models/" + repo + "/commit/main")
        .then()
        .statusCode(401);
  }

  @Test
  void cardOnMainMakesTheModelFindable() {
    create(adminToken(), repo);
    String card =
        "---\nlicense: mit\ntags: [tissue:heart"
            + count
            + ", 'genes:1500']\n---\n# Title\nProse about hearts.\n";
    committed(adminToken(), repo, header("Card"), file("README.md", card));
    anonymous()
        .get("/api/models?filter=tissue:heart" + count + "&filter=genes:%3E%3D1000")
        .then()
        .body("id", equalTo(List.of(repo)));
    anonymous()
        .get("/api/models?filter=tissue:heart" + count + "&filter=genes:%3C1000")
        .then()
        .body("id", equalTo(List.of()));
    anonymous()
        .get("/api/models/" + repo)
        .then()
        .body("tags", hasItems("license:mit", "genes:1500"));
    anonymous()
        .get("/api/models/" + repo + "?expand=sha&expand=tags")
        .then()
        .body("keySet()", equalTo(java.util.Set.of("_id", "id", "sha", "tags")));
  }

  @Test
  void treePagesFollowTheLink() {
    create(adminToken(), repo);
    var lines = new ArrayList<>(List.of(header("Many")));
    for (int i = 0; i < 25; i++) {
      lines.add(file("f%02d".formatted(i), "x" + i));
    }
    committed(adminToken(), repo, lines.toArray(String[]::new));
    var seen = new ArrayList<String>();
    String next = "/api/models/" + repo + "/tree/main?recursive=true&limit=10";
    while (next != null) {
      var reply = anonymous().get(next);
      seen.addAll(reply.jsonPath().getList("path"));
      String link = reply.header("Link");
      next = link == null ? null : link.replaceAll("^<|>; rel=\"next\"$", "");
    }
    assertThat(seen).hasSize(26).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void deleteTakesABodyAndMoveLeavesARelativeRedirect() {
    create(adminToken(), repo);
    with(adminToken())
        .contentType("application/json")
        .body("{\"fromRepo\":\"" + repo + "\",\"toRepo\":\"" + repo + "-new\"}")
        .post("/api/repos/move")
        .then()
        .statusCode(200);
    with(adminToken())
        .redirects()
        .follow(false)
        .head("/" + repo + "/resolve/main/.gitattributes")
        .then()
        .statusCode(307)
        .header("Location", "/" + repo + "-new/resolve/main/.gitattributes");
    var old = repo.split("/");
    with(adminToken())
        .contentType("application/json")
        .body("{\"organization\":\"" + old[0] + "\",\"name\":\"" + old[1] + "\"}")
        .delete("/api/repos/delete")
        .then()
        .statusCode(404)
        .header("X-Error-Code", "RepoNotFound");
    var name = (repo + "-new").split("/");
    with(adminToken())
        .contentType("application/json")
        .body("{\"organization\":\"" + name[0] + "\",\"name\":\"" + name[1] + "\"}")
        .delete("/api/repos/delete")
        .then()
        .statusCode(200);
    with(adminToken()).get("/api/models/" + repo + "-new").then().statusCode(404);
  }
}
