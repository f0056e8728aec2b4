package org.syncyte.hub.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.sha256;
import static org.syncyte.hub.HubClient.user;
import static org.syncyte.hub.HubClient.with;
import static org.syncyte.hub.trust.Published.checks;
import static org.syncyte.hub.trust.Published.fixture;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class NativeProofTest {
  private static int count;
  private final byte[] model = fixture("scvi133-scvi-minified.pt");
  private final String repo = "native/repo" + count;
  private String commit = "";
  private String prover = "";

  @BeforeEach
  void publish() {
    create(adminToken(), repo);
    commit =
        new Published()
            .text(
                "_scvi_required_metadata.json",
                """
                {"scvi_version": "1.3.3", "anndata_version": "0.11.4", "model_cls_name": "SCVI",
                 "training_data_url": null, "model_parent_module": "scvi.model"}
                """)
            .large("model.pt", model)
            .large("adata.h5ad", fixture("scvi133-scvi-minified.h5ad"))
            .push(repo);
    prover = user("prover" + count++, "PROVE");
  }

  private String report(String outcome, String relative, boolean passed) {
    return """
    {"schema": 1, "outcome": "%s", "summary": "Run natively.", "files": {"model.pt": "%s"},
     "software": {"syncyte": "0.1", "engine": "PyTorch 2.7"},
     "comparisons": [{"name": "model.onnx", "cells": 120, "input": "stored counts", "max_absolute": 1e-6,
                      "max_relative": %s, "tolerance": 1e-5, "passed": %b}]}
    """
        .formatted(outcome, sha256(model), relative, passed);
  }

  private Response send(String token, String id, String body) {
    return with(token)
        .contentType("application/json")
        .body(body.getBytes(StandardCharsets.UTF_8))
        .post("/api/models/" + repo + "/native-proof/" + id);
  }

  private List<String> wanted(String query) {
    return with(prover)
        .get("/api/v1/proofs/wanted?limit=1000&" + query)
        .then()
        .statusCode(200)
        .extract()
        .path("wanted.findAll { it.repo == '%s' }.commit".formatted(repo));
  }

  @Test
  void reportIsKeptShownAndCountsAsACheck() {
    assertThat(checks(repo, "main").getString("checks.find { it.name == 'native' }.verdict"))
        .isEqualTo("SKIPPED");
    anonymous()
        .get("/api/models/" + repo + "/native-proof/main")
        .then()
        .body("commit", equalTo(commit))
        .body("outcome", nullValue());
    anonymous().get("/" + repo).then().body(containsString("Native proof: not yet"));
    assertThat(wanted("")).containsExactly(commit);
    send(prover, commit, report("PROVED", "2.5e-7", true)).then().statusCode(200);
    assertThat(wanted("")).isEmpty();
    assertThat(wanted("olderThan=PT0S")).containsExactly(commit);
    anonymous()
        .get("/api/models/" + repo + "/native-proof/" + commit)
        .then()
        .body("outcome", equalTo("PROVED"))
        .body("proof.software.syncyte", equalTo("0.1"))
        .body("proof.comparisons[0].maxRelative", equalTo(2.5e-7f))
        .body("proof.agent", containsString("prover"));
    anonymous().get("/" + repo).then().body(containsString("Native proof: proved"));
    anonymous()
        .get("/" + repo + "/trust")
        .then()
        .body(containsString("Does the model itself give what its graphs give?"))
        .body(containsString("proved"));
    List<String> tags = anonymous().get("/api/models/" + repo).then().extract().path("tags");
    assertThat(tags).contains("proof:native");
  }

  @Test
  void failedProofFailsTheCommitAndLaterOneMendsIt() {
    assertThat(checks(repo, "main").getString("verdict")).isNotEqualTo("FAILED");
    send(prover, commit, report("FAILED", "0.25", false)).then().statusCode(200);
    var report = checks(repo, "main");
    assertThat(report.getString("verdict")).isEqualTo("FAILED");
    assertThat(report.getString("checks.find { it.name == 'native' }.findings[0].message"))
        .contains("0.250");
    anonymous().get("/" + repo).then().body(containsString("Native proof: failed"));
    send(prover, commit, report("PROVED", "0", true)).then().statusCode(200);
    assertThat(checks(repo, "main").getString("verdict")).isNotEqualTo("FAILED");
    new Published().text("note.txt", "another commit").push(repo);
    anonymous().get("/" + repo).then().body(containsString("Native proof: not yet"));
    List<String> tags = anonymous().get("/api/models/" + repo).then().extract().path("tags");
    assertThat(tags).doesNotContain("proof:native");
  }

  @Test
  void refusesReportsThatDoNotHoldTogether() {
    String good = report("PROVED", "1e-7", true);
    var bad =
        Map.<String, String>ofEntries(
            Map.entry("not JSON", "{\"schema\": 1"),
            Map.entry("empty", ""),
            Map.entry("null", "null"),
            Map.entry("a list", "[]"),
            Map.entry("deep", "[".repeat(5_000)),
            Map.entry("twice", good.strip() + good.strip()),
            Map.entry("NaN", report("PROVED", "NaN", true)),
            Map.entry("NaN as text", report("PROVED", "\"NaN\"", true)),
            Map.entry("infinite", report("FAILED", "1e999", false)),
            Map.entry("negative", report("PROVED", "-1e-9", true)),
            Map.entry("above its tolerance", report("PROVED", "1e-3", true)),
            Map.entry("no number", report("PROVED", "null", true)),
            Map.entry("proved but failed", report("PROVED", "1e-7", false)),
            Map.entry("failed but passed", report("FAILED", "1e-7", true)),
            Map.entry("skipped with numbers", report("SKIPPED", "1e-7", true)),
            Map.entry("generous", good.replace("1e-5", "0.5")),
            Map.entry("other schema", good.replace("\"schema\": 1", "\"schema\": 2")),
            Map.entry("unknown outcome", report("WONDERFUL", "1e-7", true)),
            Map.entry("outcome by number", good.replace("\"PROVED\"", "0")),
            Map.entry("unknown field", good.replace("\"schema\"", "\"extra\": 1, \"schema\"")),
            Map.entry("field twice", good.replace("\"schema\"", "\"schema\": 1, \"schema\"")),
            Map.entry("nothing compared", good.replaceAll("(?s)\\[\\{.*}]", "[]")),
            Map.entry("no cells", good.replace("\"cells\": 120", "\"cells\": 0")),
            Map.entry("no model", good.replace("model.pt\":", "README.md\":")),
            Map.entry("no hash", good.replace(sha256(model), "abc")),
            Map.entry("long", good.replace("Run natively.", "x".repeat(400))),
            Map.entry("lines", good.replace("Run natively.", "a\\nb")));
    bad.forEach((what, body) ->
        assertThat(send(prover, commit, body).statusCode()).as(what).isEqualTo(400));
    send(prover, commit, good.replace("Run", " ".repeat(70_000))).then().statusCode(413);
    send(prover, commit, good.replace(sha256(model), "0".repeat(64)))
        .then()
        .statusCode(422)
        .header("X-Error-Message", containsString("another model.pt"));
    send(prover, "0".repeat(40), good)
        .then()
        .statusCode(404)
        .header("X-Error-Code", equalTo("RevisionNotFound"));
    send(prover, "main", good).then().statusCode(404);
    with(prover)
        .contentType("application/json")
        .body(good.getBytes(StandardCharsets.UTF_8))
        .post("/api/models/native/none/native-proof/" + commit)
        .then()
        .statusCode(404)
        .header("X-Error-Code", equalTo("RepoNotFound"));
    anonymous()
        .get("/api/models/" + repo + "/native-proof/main")
        .then()
        .body("outcome", nullValue());
  }

  @Test
  void onlyTokensForProofsReportAndTheyDoNothingElse() {
    String good = report("PROVED", "1e-7", true);
    String writer = user("writer" + count++, "WRITE");
    send(adminToken(), commit, good).then().statusCode(403);
    send(writer, commit, good).then().statusCode(403);
    anonymous()
        .contentType("application/json")
        .body(good)
        .post("/api/models/" + repo + "/native-proof/" + commit)
        .then()
        .statusCode(401);
    with(writer).get("/api/v1/proofs/wanted").then().statusCode(403);
    with(prover)
        .contentType("application/json")
        .body(Map.of("name", "x"))
        .post("/api/repos/create")
        .then()
        .statusCode(403);
    with(prover).get("/api/v1/users").then().statusCode(403);
    String own = "writer" + (count - 1);
    with(writer)
        .contentType("application/json")
        .body(Map.of("label", "mine", "role", "PROVE"))
        .post("/api/v1/users/" + own + "/tokens")
        .then()
        .statusCode(403);
    long before =
        admin().get("/api/models/" + repo).then().extract().jsonPath().getLong("downloads");
    with(prover).get("/" + repo + "/resolve/main/model.pt").then().statusCode(200);
    admin().get("/api/models/" + repo).then().body("downloads", equalTo((int) before));
    create(adminToken(), "native/hidden" + count, true);
    new Published().large("model.pt", model).push("native/hidden" + count);
    assertThat(
            with(prover)
                .get("/api/v1/proofs/wanted?limit=1000")
                .then()
                .extract()
                .jsonPath()
                .getList("wanted.repo", String.class))
        .doesNotContain("native/hidden" + count);
    with(prover)
        .get("/api/v1/proofs/wanted?olderThan=soon")
        .then()
        .statusCode(400)
        .body("error", not(nullValue()));
  }
}
