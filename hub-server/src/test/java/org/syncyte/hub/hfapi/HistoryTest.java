package org.syncyte.hub.hfapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.bytes;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.large;
import static org.syncyte.hub.HubClient.upload;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class HistoryTest {
  private static int count;
  private final String repo = "history/repo" + ++count;

  @Test
  void rawShowsTextAndThePointerOfALargeFile() {
    create(adminToken(), repo);
    String oid = upload(adminToken(), repo, bytes(500, 60 + count));
    String head =
        committed(
            adminToken(),
            repo,
            header("Add"),
            file("a b.html", "<b>Größe</b>"),
            large("m.pt", oid, 500));
    anonymous()
        .get("/" + repo + "/raw/main/a%20b.html")
        .then()
        .statusCode(200)
        .header("Content-Type", equalTo("text/plain;charset=utf-8"))
        .header("X-Repo-Commit", head)
        .header("Content-Security-Policy", startsWith("default-src 'none'"))
        .body(equalTo("<b>Größe</b>"));
    String pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:" + oid + "\nsize 500\n";
    anonymous()
        .get("/" + repo + "/raw/" + head + "/m.pt")
        .then()
        .statusCode(200)
        .body(equalTo(pointer));
    anonymous()
        .head("/" + repo + "/raw/main/m.pt")
        .then()
        .statusCode(200)
        .header("Content-Length", Integer.toString(pointer.length()));
    anonymous()
        .get("/" + repo + "/raw/main/nothing")
        .then()
        .statusCode(404)
        .header("X-Error-Code", "EntryNotFound");
    create(adminToken(), repo + "p", true);
    anonymous().get("/" + repo + "p/raw/main/.gitattributes").then().statusCode(401);
  }

  @Test
  void squashKeepsFilesAndForgetsThePast() {
    create(adminToken(), repo);
    String first = committed(adminToken(), repo, header("One"), file("a.txt", "1"));
    String second = committed(adminToken(), repo, header("Two"), file("b.txt", "2"));
    String squashed = squash(adminToken(), "main", 200).path("commitOid");
    assertThat(squashed).isNotEqualTo(second);
    anonymous()
        .get("/api/models/" + repo + "/commits/main")
        .then()
        .body("id", equalTo(java.util.List.of(squashed)))
        .body("title", equalTo(java.util.List.of("All in one")));
    anonymous()
        .get("/api/models/" + repo)
        .then()
        .body("sha", equalTo(squashed))
        .body("siblings.rfilename", containsInAnyOrder(".gitattributes", "a.txt", "b.txt"));
    anonymous().get("/" + repo + "/resolve/" + first + "/a.txt").then().statusCode(200);
    assertThat(squash(adminToken(), "main", 200).<String>path("commitOid")).isEqualTo(squashed);
    squash(adminToken(), "nowhere", 404);
    squash(adminToken(), "refs%2Ftags%2Fv1", 400);
    squash(HubClient.user("squasher" + count, "WRITE"), "main", 403);
    committed(adminToken(), repo, header("On"), file("c.txt", "3"));
  }

  private io.restassured.response.ExtractableResponse<io.restassured.response.Response> squash(
      String token, String branch, int status) {
    return with(token)
        .contentType("application/json")
        .body("{\"message\":\"All in one\"}")
        .post("/api/models/" + repo + "/super-squash/" + branch)
        .then()
        .statusCode(status)
        .extract();
  }

  @Test
  void largeFilesOfTheWholeHistoryAreListed() {
    create(adminToken(), repo);
    String one = upload(adminToken(), repo, bytes(300, 70 + count));
    String two = upload(adminToken(), repo, bytes(400, 80 + count));
    committed(adminToken(), repo, header("One"), large("m.pt", one, 300));
    committed(adminToken(), repo, header("Two"), large("m.pt", two, 400), file("x.txt", "x"));
    with(adminToken())
        .get("/api/models/" + repo + "/lfs-files")
        .then()
        .statusCode(200)
        .body("", hasSize(2))
        .body("fileOid", containsInAnyOrder(one, two))
        .body("size", containsInAnyOrder(300, 400))
        .body("filename", equalTo(java.util.List.of("m.pt", "m.pt")));
    anonymous().get("/api/models/" + repo + "/lfs-files").then().statusCode(401);
  }
}
