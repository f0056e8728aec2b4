package org.syncyte.hub.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.batch;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.user;
import static org.syncyte.hub.HubClient.with;
import static org.syncyte.hub.trust.Published.checks;
import static org.syncyte.hub.trust.Published.fixture;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class ChecksTest {
  private static final String CARD =
      """
      ---
      license: cc-by-4.0
      library_name: scvi-tools
      tags: [biology, model_cls_name:SCVI, "scvi_version:1.3.3", status:validated]
      ---
      Made by jane@hospital.example.org
      """;
  private static final String METADATA =
      """
      {"scvi_version": "1.3.3", "anndata_version": "0.11.4", "model_cls_name": "SCVI",
       "training_data_url": null, "model_parent_module": "scvi.model"}
      """;

  /// A pickle that would call os.system.
  private static final byte[] HOSTILE =
      "\u0080\2cos\nsystem\nX\4\0\0\0true\u0085R.".getBytes(StandardCharsets.ISO_8859_1);

  private static int count;
  private final String repo = "checks/repo" + count++;

  @Inject
  @SuppressWarnings("NullAway.Init")
  CheckRuns runs;

  @Inject
  @SuppressWarnings("NullAway.Init")
  DataSource database;

  private static String verdict(JsonPath report, String check) {
    return report.getString("checks.find { it.name == '" + check + "' }.verdict");
  }

  private static List<String> codes(JsonPath report, String check) {
    return report.getList("checks.find { it.name == '" + check + "' }.findings.code", String.class);
  }

  @Test
  void minifiedModelIsCheckedThroughAndThrough() {
    create(adminToken(), repo);
    var commit =
        new Published()
            .text("README.md", CARD)
            .text("_scvi_required_metadata.json", METADATA)
            .large("model.pt", fixture("scvi133-scvi-minified.pt"))
            .large("adata.h5ad", fixture("scvi133-scvi-minified.h5ad"))
            .large("expression.onnx", Published.decoder(4, 30))
            .push(repo);
    var report = checks(repo, "main");
    assertThat(report.getString("commit")).isEqualTo(commit);
    assertThat(report.getList("checks.name", String.class))
        .containsExactly(
            "pickle", "card", "weights", "privacy", "compat", "proof", "native", "copy");
    assertThat(verdict(report, "pickle")).isEqualTo("PASSED");
    assertThat(codes(report, "card")).doesNotContain("V1", "V2", "V3", "V4", "V5", "V7");
    assertThat(codes(report, "privacy")).contains("L8");
    assertThat(codes(report, "proof")).containsExactly("R10");
    assertThat(report.getString("checks.find { it.name == 'proof' }.findings.severity.flatten()"))
        .isEqualTo("[WARNING]");
    assertThat(report.getFloat("checks.find { it.name == 'proof' }.numbers.cells")).isEqualTo(120f);
    assertThat(codes(report, "compat")).contains("D1");
  }

  @Test
  void derivedBranchesHoldRepairedAndPickleFreeForms() throws IOException {
    create(adminToken(), repo);
    var original = fixture("scvi133-scanvi.pt");
    var commit = new Published().large("model.pt", original).push(repo);
    assertThat(codes(checks(repo, commit), "privacy")).contains("L1", "L2");
    var branches =
        anonymous()
            .get("/api/models/" + repo + "/refs")
            .then()
            .extract()
            .jsonPath()
            .getList("branches.name", String.class);
    assertThat(branches).contains("main", "compat/scvi-1.2", "compat/safetensors");
    var expected = TorchArchive.read(original);
    var repaired =
        TorchArchive.read(
            anonymous()
                .get("/" + repo + "/resolve/compat%2Fscvi-1.2/model.pt")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray());
    assertThat(repaired.attributes()).doesNotContainKey("labels_");
    var twin =
        Safetensors.read(
            anonymous()
                .get("/" + repo + "/resolve/compat%2Fsafetensors/weights.safetensors")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray());
    for (var tensor : expected.state().tensors().entrySet()) {
      var name = tensor.getKey();
      assertThat(
              tensor.getValue().same(Objects.requireNonNull(repaired.state().tensors().get(name))))
          .isTrue();
      assertThat(tensor.getValue().same(Objects.requireNonNull(twin.tensors().get(name)))).isTrue();
    }
    assertThat(
            anonymous()
                .get("/" + repo + "/resolve/compat%2Fsafetensors/registry.json")
                .then()
                .statusCode(200)
                .extract()
                .asString())
        .contains("\"model_name\" : \"SCANVI\"");
    anonymous().get("/api/models/" + repo).then().body("sha", equalTo(commit));
  }

  @Test
  void dangerousPickleNeverLeavesUnscanned() {
    create(adminToken(), repo);
    new Published()
        .large("model.pt", HOSTILE)
        .text("extra.pkl", "cposix\nsystem\n(S'x'\ntR.")
        .push(repo);
    for (String path :
        List.of("/resolve/main/model.pt", "/resolve/main/extra.pkl", "/raw/main/extra.pkl")) {
      anonymous()
          .get("/" + repo + path)
          .then()
          .statusCode(403)
          .header("X-Error-Message", containsString("quarantined"))
          .header("X-Error-Message", containsString("system"));
    }
    anonymous().head("/" + repo + "/resolve/main/model.pt").then().statusCode(403);
    admin().get("/" + repo + "/resolve/main/model.pt").then().statusCode(200);
    var stranger = user("stranger" + count++, "WRITE");
    with(stranger).get("/" + repo + "/resolve/main/model.pt").then().statusCode(403);
    with(stranger)
        .contentType("application/vnd.git-lfs+json")
        .body(
            "{\"operation\":\"download\",\"objects\":[{\"oid\":\"%s\",\"size\":%d}]}"
                .formatted(HubClient.sha256(HOSTILE), HOSTILE.length)
                .getBytes(StandardCharsets.UTF_8))
        .post("/" + repo + ".git/info/lfs/objects/batch")
        .then()
        .body("objects[0].error.code", equalTo(403));
    var report = checks(repo, "main");
    assertThat(verdict(report, "pickle")).isEqualTo("FAILED");
    assertThat(report.getString("verdict")).isEqualTo("FAILED");
    anonymous()
        .get("/api/models/" + repo + "/tree/main?expand=true")
        .then()
        .body("find { it.path == 'model.pt' }.securityFileStatus.status", equalTo("unsafe"))
        .body(
            "find { it.path == 'model.pt' }.securityFileStatus.pickleImportScan.pickleImports.name",
            hasItem("system"))
        .body("find { it.path == '.gitattributes' }.securityFileStatus.status", equalTo("safe"));
    anonymous()
        .get("/api/models/" + repo + "?securityStatus=true")
        .then()
        .body("securityRepoStatus.scansDone", equalTo(true))
        .body("securityRepoStatus.filesWithIssues.path", hasItem("model.pt"));
  }

  @Test
  void nothingIsDerivedFromDangerousFiles() {
    create(adminToken(), repo);
    new Published().large("model.pt", HOSTILE).push(repo);
    checks(repo, "main");
    anonymous()
        .get("/api/models/" + repo + "/refs")
        .then()
        .body("branches.name", equalTo(List.of("main")));
  }

  @Test
  void statusIsWhatTheHubFoundNotWhatTheCardSays() {
    create(adminToken(), repo);
    new Published().text("README.md", CARD).push(repo);
    checks(repo, "main");
    List<String> tags = anonymous().get("/api/models/" + repo).then().extract().path("tags");
    assertThat(tags).contains("model_cls_name:SCVI").doesNotContain("status:validated");
  }

  @Test
  void factsOfTheFilesBecomeTags() {
    create(adminToken(), repo);
    new Published()
        .large("model.pt", fixture("scvi133-scvi-minified.pt"))
        .large("adata.h5ad", fixture("scvi133-scvi-minified.h5ad"))
        .push(repo);
    checks(repo, "main");
    List<String> tags = anonymous().get("/api/models/" + repo).then().extract().path("tags");
    assertThat(tags)
        .contains(
            "genes:30", "cells:120", "minified:latent_posterior_parameters", "annotated:False");
  }

  @Test
  void graphThatDoesNotSumToOneFailsItsProof() {
    create(adminToken(), repo);
    new Published()
        .large("model.pt", fixture("scvi133-scvi-minified.pt"))
        .large("adata.h5ad", fixture("scvi133-scvi-minified.h5ad"))
        .large("expression.onnx", Published.brokenDecoder(4, 30))
        .text(
            "proof.json",
            "{\"passed\": true, \"files\": {\"model.pt\": \"" + "0".repeat(64) + "\"}}")
        .push(repo);
    var report = checks(repo, "main");
    assertThat(verdict(report, "proof")).isEqualTo("FAILED");
    assertThat(codes(report, "proof")).contains("R4", "R7");
  }

  @Test
  void unlikeTwinIsFound() {
    create(adminToken(), repo);
    var model = fixture("scvi133-scvi-minified.pt");
    var other = TorchArchive.read(fixture("scvi133-scanvi.pt")).state();
    new Published()
        .large("model.pt", model)
        .large("model.safetensors", Safetensors.encode(other))
        .push(repo);
    var report = checks(repo, "main");
    assertThat(verdict(report, "weights")).isEqualTo("FAILED");
    assertThat(codes(report, "weights")).contains("W2");
  }

  @Test
  void unreadableFilesAreFindingsNotFailures() {
    create(adminToken(), repo);
    new Published()
        .large("model.pt", HubClient.bytes(5_000, 1))
        .large("adata.h5ad", HubClient.bytes(5_000, 2))
        .large("expression.onnx", HubClient.bytes(5_000, 3))
        .text("README.md", "---\na: &a [1]\nb: [*a, *a\n---\n")
        .push(repo);
    var report = checks(repo, "main");
    assertThat(report.getString("state")).isEqualTo("DONE");
    assertThat(codes(report, "card")).contains("C1", "V0", "V7");
    assertThat(codes(report, "card")).doesNotContain("X1");
  }

  @Test
  void publishedProofsRunAgainAndAgree() {
    create(adminToken(), repo);
    new Published()
        .large("model.pt", fixture("scvi133-scvi-minified.pt"))
        .large("adata.h5ad", fixture("scvi133-scvi-minified.h5ad"))
        .large("expression.onnx", Published.decoder(4, 30))
        .push(repo);
    var first = checks(repo, "main");
    assertThat(runs.again(Instant.now().minusSeconds(3_600))).isZero();
    assertThat(runs.again(Instant.now().plusSeconds(1))).isPositive();
    var second = checks(repo, "main");
    assertThat(second.getString("finishedAt")).isNotEqualTo(first.getString("finishedAt"));
    assertThat(codes(second, "proof")).isEqualTo(codes(first, "proof")).doesNotContain("R9");
  }

  @Test
  void runThatWasCutOffIsTakenUpAgain() throws SQLException {
    create(adminToken(), repo);
    checks(repo, "main");
    cutOff(1);
    assertThat(runs.recover()).isPositive();
    assertThat(checks(repo, "main").getString("state")).isEqualTo("DONE");
    cutOff(CheckRuns.ATTEMPTS);
    runs.recover();
    assertThat(checks(repo, "main").getString("state")).isEqualTo("BROKEN");
  }

  /// As if the hub had been killed while it checked the newest commit for the n-th time.
  private void cutOff(int attempts) throws SQLException {
    String commit = anonymous().get("/api/models/" + repo).then().extract().path("sha");
    try (var connection = database.getConnection();
        var statement =
            connection.prepareStatement(
                "update check_run set state = 'RUNNING', attempts = ? where commit = ?")) {
      statement.setInt(1, attempts);
      statement.setString(2, commit);
      assertThat(statement.executeUpdate()).isPositive();
    }
  }

  @Test
  void ownersAloneMayAskForAnotherRun() {
    create(adminToken(), repo);
    checks(repo, "main");
    anonymous().post("/api/models/" + repo + "/checks/main").then().statusCode(401);
    admin().post("/api/models/" + repo + "/checks/main").then().statusCode(200);
    assertThat(checks(repo, "main").getString("state")).isEqualTo("DONE");
  }

  @Test
  void checksOfPrivateModelsArePrivate() {
    create(adminToken(), repo, true);
    anonymous()
        .get("/api/models/" + repo + "/checks/main")
        .then()
        .statusCode(401)
        .header("X-Error-Code", equalTo("RepoNotFound"));
    batch(adminToken(), repo, List.of("basic"), "0".repeat(64), 1).then().statusCode(200);
  }
}
