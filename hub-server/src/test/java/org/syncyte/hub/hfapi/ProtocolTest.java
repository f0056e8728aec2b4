package org.syncyte.hub.hfapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.bytes;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.large;
import static org.syncyte.hub.HubClient.upload;
import static org.syncyte.hub.HubClient.user;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubResource;

/// Replies whose shape clients rely on, key by key.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class ProtocolTest {
  private static int count;
  private final String repo = "protocol/repo" + count++;
  private String commit = "";
  private String oid = "";

  @BeforeEach
  void model() {
    create(adminToken(), repo);
    byte[] weights = bytes(700, 31);
    oid = upload(adminToken(), repo, weights);
    commit =
        committed(
            adminToken(),
            repo,
            header("Model"),
            file(
                "README.md",
                "---\nlicense: mit\nlibrary_name: scvi-tools\ntags: [biology]\ndatasets: [lab/cells]\n---\nText\n"),
            file("docs/note.txt", "a note"),
            large("model.pt", oid, weights.length));
  }

  /// R-03, with what clients of 2023 need.
  @Test
  void infoHasEveryKeyThatAnyClientReads() {
    var info =
        anonymous()
            .get("/api/models/" + repo + "?blobs=true")
            .then()
            .statusCode(200)
            .header("X-Repo-Commit", equalTo(commit))
            .body("sha", equalTo(commit))
            .body("id", equalTo(repo))
            .body("modelId", equalTo(repo))
            .body("private", equalTo(false))
            .body("gated", equalTo(false))
            .body("disabled", equalTo(false))
            .body("author", equalTo("protocol"))
            .body("library_name", equalTo("scvi-tools"))
            .body("cardData.license", equalTo("mit"))
            .extract()
            .jsonPath();
    assertThat(info.<String, Object>getMap(""))
        .containsKeys(
            "_id",
            "lastModified",
            "createdAt",
            "downloads",
            "likes",
            "pipeline_tag",
            "tags",
            "siblings",
            "usedStorage");
    assertThat(info.getString("_id")).matches("[0-9a-f]{24}");
    assertThat(info.getString("lastModified")).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}\\.\\d{3}Z");
    assertThat(info.getList("tags", String.class))
        .contains("biology", "scvi-tools", "license:mit", "dataset:lab/cells");
    assertThat(info.<String, Object>getMap("siblings.find { it.rfilename == 'model.pt' }.lfs"))
        .containsEntry("sha256", oid)
        .containsEntry("size", 700);
    anonymous()
        .get("/api/models/" + repo + "/revision/" + commit)
        .then()
        .body("siblings.rfilename", hasItem("docs/note.txt"))
        .body("siblings[0].blobId", nullValue());
  }

  ///
  @Test
  void expandGivesWhatIsNamedAndNothingElse() {
    var keys =
        anonymous()
            .get(
                "/api/models/" + repo + "?expand=sha&expand=tags&expand=nonsense&expand=xetEnabled")
            .then()
            .statusCode(200)
            .extract()
            .jsonPath()
            .getMap("");
    keys.remove("xetEnabled", false);
    assertThat(keys.keySet().stream().map(String::valueOf).toList())
        .containsExactlyInAnyOrder("_id", "id", "sha", "tags");
  }

  /// Python sends a form, JavaScript sends JSON.
  @Test
  void pathsAreAskedForInBothForms() {
    anonymous()
        .contentType("application/x-www-form-urlencoded")
        .body("paths=model.pt&paths=docs&paths=nothing&expand=False")
        .post("/api/models/" + repo + "/paths-info/main")
        .then()
        .statusCode(200)
        .body("path", containsInAnyOrder("model.pt", "docs"))
        .body("find { it.path == 'model.pt' }.lfs.oid", equalTo(oid))
        .body("find { it.path == 'docs' }.type", equalTo("directory"));
    anonymous()
        .contentType("application/json")
        .body(Map.of("paths", List.of("docs/note.txt"), "expand", true))
        .post("/api/models/" + repo + "/paths-info/" + commit)
        .then()
        .statusCode(200)
        .body("path", containsInAnyOrder("docs/note.txt"))
        .body("[0].lastCommit.id", equalTo(commit));
  }

  private static Map<String, Object> asked(String path, byte[] start, long size) {
    return Map.of("path", path, "sample", Base64.getEncoder().encodeToString(start), "size", size);
  }

  ///
  @Test
  void preuploadSaysHowEachFileTravels() {
    byte[] text = "plain text".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    admin()
        .contentType("application/json")
        .body(
            Map.of(
                "files",
                List.of(
                    asked("model.pt", new byte[] {0, 1}, 700),
                    asked("notes.txt", text, 10),
                    asked("long.txt", text, 11 << 20),
                    asked("odd.dat", new byte[] {0, 1, 2}, 200 << 10),
                    asked("small.dat", new byte[] {0, 1, 2}, 50))))
        .post("/api/models/" + repo + "/preupload/main")
        .then()
        .statusCode(200)
        .body("commitOid", equalTo(commit))
        .body("files.uploadMode", equalTo(List.of("lfs", "regular", "lfs", "lfs", "regular")))
        .body("files[0].oid", equalTo(oid))
        .body("files[1].oid", nullValue());
  }

  ///
  @Test
  void cardsAreJudgedInBothFormsAndAlwaysInJson() {
    String good = "---\nlicense: mit\n---\n";
    anonymous()
        .contentType("application/json")
        .body(Map.of("content", good, "repoType", "model"))
        .post("/api/validate-yaml")
        .then()
        .statusCode(200)
        .body("errors", hasSize(0));
    anonymous()
        .contentType("application/x-www-form-urlencoded")
        .accept("text/plain")
        .body("content=---%0Alicense%3A+nonsense-1%0A---%0A&repoType=model")
        .post("/api/validate-yaml")
        .then()
        .statusCode(400)
        .body("errors.size()", greaterThan(0))
        .body("warnings", hasSize(0));
  }

  /// scvi-tools posts to these after every push, and fails if they are missing.
  @Test
  void collectionsOfScviToolsAreThere() {
    String writer = user("collector" + count, "WRITE");
    String model = "collector" + count + "/model";
    create(writer, model);
    for (String slug :
        List.of(
            "test-674f56b9eb86e62d57eac5cf",
            "scanvi-673c3a4aabddf849496e9079",
            "destvi-673c3dbf537347953810a215",
            "scvi-673c2c0f2bf4163ef14d018d",
            "totalvi-673c3d67e2882005a1d180c1",
            "stereoscope-673c3ddcf1f9f7542b8819d6")) {
      String path = "/api/collections/scvi-tools/" + slug;
      String item = "{\"item\":{\"id\":\"" + model + "\",\"type\":\"model\"}}";
      with(writer)
          .contentType("application/json")
          .body(item)
          .post(path + "/items")
          .then()
          .statusCode(200)
          .body("slug", equalTo("scvi-tools/" + slug))
          .body("items.id", hasItem(model));
      with(writer)
          .contentType("application/json")
          .body(item)
          .post(path + "/items")
          .then()
          .statusCode(409);
      anonymous().get(path).then().statusCode(200).body("items.id", hasItem(model));
    }
  }
}
