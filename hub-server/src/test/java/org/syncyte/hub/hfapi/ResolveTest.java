package org.syncyte.hub.hfapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.large;
import static org.syncyte.hub.HubClient.sha256;
import static org.syncyte.hub.HubClient.upload;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class ResolveTest {
  private static final String REPO = "resolve/demo";
  private static final byte[] LARGE = HubClient.bytes(50_000, 1);
  private static String commit = "";

  @BeforeEach
  void publish() {
    if (commit.isEmpty()) {
      create(adminToken(), REPO);
      String oid = upload(adminToken(), REPO, LARGE);
      commit =
          committed(
              adminToken(),
              REPO,
              header("Add"),
              file("a b/é.txt", "hello"),
              file("empty", ""),
              large("model.pt", oid, LARGE.length));
    }
  }

  @Test
  void headNamesCommitSizeAndGitIdOfRegularFile() {
    anonymous()
        .head("/" + REPO + "/resolve/main/a%20b/%C3%A9.txt")
        .then()
        .statusCode(200)
        .header("X-Repo-Commit", commit)
        .header("ETag", "\"b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0\"")
        .header("Content-Length", "5")
        .header("Accept-Ranges", "bytes")
        .header("X-Linked-Etag", nullValue())
        .header("X-Request-Id", not(nullValue()));
  }

  @Test
  void headNamesSha256OfLargeFile() {
    anonymous()
        .head("/" + REPO + "/resolve/" + commit + "/model.pt")
        .then()
        .statusCode(200)
        .header("ETag", "\"" + sha256(LARGE) + "\"")
        .header("X-Linked-Size", "50000")
        .header("Content-Length", "50000");
  }

  @Test
  void encodedRevisionsAreDecodedOnce() {
    for (String revision :
        new String[] {"main", "HEAD", "refs%2Fheads%2Fmain", commit, commit.substring(0, 7)}) {
      anonymous()
          .get("/" + REPO + "/resolve/" + revision + "/a%20b/%C3%A9.txt")
          .then()
          .statusCode(200)
          .body(equalTo("hello"));
    }
    with(adminToken())
        .contentType("application/json")
        .body("{}")
        .post("/api/models/" + REPO + "/branch/exp%2Fa%20b")
        .then()
        .statusCode(200);
    anonymous()
        .get("/" + REPO + "/resolve/exp%2Fa%20b/a%20b/%C3%A9.txt")
        .then()
        .statusCode(200)
        .header("X-Repo-Commit", commit);
  }

  @Test
  void rangesReturnExactlyTheBytesAskedFor() {
    assertRange("bytes=0-0", 0, 1);
    assertRange("bytes=100-199", 100, 200);
    assertRange("bytes=49990-", 49_990, 50_000);
    assertRange("bytes=-7", 49_993, 50_000);
    assertRange("bytes=49990-99999", 49_990, 50_000);
  }

  private static void assertRange(String range, int from, int to) {
    byte[] part =
        anonymous()
            .header("Range", range)
            .get("/" + REPO + "/resolve/main/model.pt")
            .then()
            .statusCode(206)
            .header("Content-Range", "bytes " + from + "-" + (to - 1) + "/50000")
            .header("Content-Length", Integer.toString(to - from))
            .extract()
            .asByteArray();
    assertThat(part).isEqualTo(Arrays.copyOfRange(LARGE, from, to));
  }

  @Test
  void rangeBeyondTheEndIsRefusedWithTheSize() {
    anonymous()
        .header("Range", "bytes=50000-")
        .get("/" + REPO + "/resolve/main/model.pt")
        .then()
        .statusCode(416)
        .header("Content-Range", "bytes */50000");
  }

  @Test
  void wholeFileAndEmptyFileArriveUnchanged() {
    assertThat(anonymous().get("/" + REPO + "/resolve/main/model.pt").asByteArray())
        .isEqualTo(LARGE);
    assertThat(
            anonymous()
                .get("/" + REPO + "/resolve/main/empty")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray())
        .isEmpty();
    anonymous()
        .head("/" + REPO + "/resolve/main/empty")
        .then()
        .statusCode(200)
        .header("Content-Length", "0");
  }

  @Test
  void missingFileNamesTheCommitSoThatClientsRememberIt() {
    anonymous()
        .head("/" + REPO + "/resolve/main/mdata.h5mu")
        .then()
        .statusCode(404)
        .header("X-Error-Code", "EntryNotFound")
        .header("X-Repo-Commit", commit);
  }

  @Test
  void missingRevisionAndMissingRepositoryHaveTheirOwnCodes() {
    anonymous()
        .get("/" + REPO + "/resolve/nope/x")
        .then()
        .statusCode(404)
        .header("X-Error-Code", "RevisionNotFound");
    anonymous()
        .get("/resolve/nothing/resolve/main/x")
        .then()
        .statusCode(401)
        .header("X-Error-Code", "RepoNotFound");
    with(adminToken())
        .get("/resolve/nothing/resolve/main/x")
        .then()
        .statusCode(404)
        .header("X-Error-Code", "RepoNotFound");
    anonymous()
        .get("/api/models/single")
        .then()
        .statusCode(404)
        .header("X-Error-Code", "RepoNotFound");
    anonymous()
        .get("/api/datasets/a/b")
        .then()
        .statusCode(404)
        .header("X-Error-Code", "RepoNotFound");
    anonymous()
        .get("/api/something/else")
        .then()
        .statusCode(404)
        .header("X-Error-Code", nullValue())
        .body("error", not(nullValue()));
  }

  @Test
  void badTokenIsNamedAsSuch() {
    with("syn_wrong")
        .get("/" + REPO + "/resolve/main/empty")
        .then()
        .statusCode(401)
        .header("X-Error-Message", "Invalid credentials in Authorization header");
  }

  @Test
  void downloadFlagNamesTheFileAndKnownContentIsNotSentAgain() {
    String name =
        anonymous()
            .get("/" + REPO + "/resolve/main/a%20b/%C3%A9.txt?download=true")
            .then()
            .statusCode(200)
            .extract()
            .header("Content-Disposition");
    assertThat(name).contains("filename*=UTF-8''%C3%A9.txt");
    anonymous()
        .header("If-None-Match", "\"" + sha256(LARGE) + "\"")
        .get("/" + REPO + "/resolve/main/model.pt")
        .then()
        .statusCode(304);
  }
}
