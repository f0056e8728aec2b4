package org.syncyte.hub.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.user;
import static org.syncyte.hub.HubClient.with;
import static org.syncyte.hub.federation.Reports.completed;
import static org.syncyte.hub.federation.Reports.put;
import static org.syncyte.hub.federation.Reports.training;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class FederatedRunsTest {
  @Inject FederatedRuns runs;

  @Test
  void whoMayReportAndWhat() {
    var token = user("run-keeper", "COORDINATE");
    var run = "refusals/one";
    anonymous()
        .contentType("application/json")
        .body(training(0))
        .put("/api/v1/fed/refusals/runs/one")
        .then()
        .statusCode(401);
    put("syn_wrong", run, training(0)).then().statusCode(401);
    put(user("run-keeper-write", "WRITE"), run, training(0)).then().statusCode(403);
    put(adminToken(), run, training(0)).then().statusCode(403);
    put(token, "Not%20a%20name/one", training(0)).then().statusCode(400);
    put(token, run, training(0).replace("{", "{\"pad\": \"" + "x".repeat(1 << 17) + "\","))
        .then()
        .statusCode(413);
    var spoilt =
        List.of(
            training(0).replace("\"sites\", \"model\"", "\"none\", \"model\""),
            training(0).replace("\"listing\": \"sites\", ", ""),
            training(0).replace("\"training\"", "\"dancing\""),
            training(0).replace("\"rounds\": 5", "\"rounds\": -5"),
            training(0).replace("\"answered\": 1", "\"answered\": 4"),
            training(0).replace("\"answered\": 1", "\"answered\": \"1\""),
            training(0).replace("\"a\", \"b\", \"c\"", "\"a\", \"b\""),
            training(0).replace("\"a\", \"b\", \"c\"", "\"a\", \"b\", \"<c>\""),
            training(0).replace("\"sites\", \"model\"", "\"course\", \"model\""),
            training(2).replace("[1,2]", "[2,1]"),
            training(2).replace("[1,2]", "[1,3]"),
            training(2).replace("[1,2]", "[1]"),
            training(2).replace("500.0]}", "1e999]}"),
            training(0).replace("\"outcome\": null", "\"outcome\": \"FAILED\""),
            training(0).replace("\"repo\": null", "\"repo\": \"a/b\""),
            training(0).replace("\"schema\": 1", "\"schema\": 2"),
            training(0).replace("\"schema\": 1", "\"schema\": 1, \"cells\": 900"),
            training(0) + "{}",
            "null",
            "[]",
            "");
    for (var body : spoilt) {
      put(token, run, body)
          .then()
          .statusCode(400)
          .body("error", containsString("not a report of a run"));
    }
    anonymous().get("/api/federations/refusals/one").then().statusCode(404);
    put(token, run, training(0)).then().statusCode(204);
    anonymous()
        .get("/api/federations/refusals/one")
        .then()
        .body("state", equalTo("RUNNING"))
        .body("status", equalTo("round 1 of 5; 1 of 3 sites have answered"));
  }

  @Test
  void reportsOnlyGoForwardAndBelongToOneCoordinator() {
    var token = user("forward", "COORDINATE");
    var run = "forward/one";
    put(token, run, training(2)).then().statusCode(204);
    put(token, run, training(1)).then().statusCode(409);
    put(user("rival", "COORDINATE"), run, training(3)).then().statusCode(403);
    put(token, run, training(3).replace("" + Reports.DECLARED, "1764000000001"))
        .then()
        .statusCode(409);
    put(token, run, completed("forward/model")).then().statusCode(204);
    put(token, run, training(5).replace("\"round\": 6", "\"round\": 5")).then().statusCode(409);
    anonymous().get("/api/federations/forward/one").then().body("state", equalTo("COMPLETED"));
  }

  @Test
  void sameReportChangesNothingButTheHour() {
    var token = user("same", "COORDINATE");
    put(token, "same/one", training(1)).then().statusCode(204);
    var before = run("same", "one");
    put(token, "same/one", training(1)).then().statusCode(204);
    var after = run("same", "one");
    assertThat(after.change()).isEqualTo(before.change());
    assertThat(after.updatedAt()).isEqualTo(before.updatedAt());
    assertThat(after.heardAt()).isAfterOrEqualTo(before.heardAt());
  }

  @Test
  void modelIsNamedOnlyIfEveryoneFindsIt() {
    var token = user("secretive", "COORDINATE");
    create(token, "secretive/model", true);
    put(token, "secretive/one", completed("secretive/model")).then().statusCode(204);
    anonymous()
        .get("/api/federations/secretive/one")
        .then()
        .body("repo", nullValue())
        .body("commit", nullValue());
    anonymous().get("/federations").then().body(not(containsString("secretive/model")));
    with(token)
        .contentType("application/json")
        .body("{\"private\": false}")
        .put("/api/models/secretive/model/settings")
        .then()
        .statusCode(200);
    anonymous()
        .get("/api/federations/secretive/one")
        .then()
        .body("repo", equalTo("secretive/model"));
    anonymous().get("/federations").then().body(containsString("href=\"/secretive/model\""));
  }

  @Test
  void namesOfSitesStayWhereTheDeclarationKeepsThem() {
    var token = user("course", "COORDINATE");
    var body =
        training(1)
            .replace("\"sites\", \"model\"", "\"course\", \"model\"")
            .replace("[\"a\", \"b\", \"c\"]", "[]");
    put(token, "course/one", body).then().statusCode(204);
    anonymous()
        .get("/api/federations/course/one")
        .then()
        .body("sites", equalTo(3))
        .body("site_names.size()", equalTo(0));
  }

  @Test
  void listShowsRunningOnesFirstInPages() {
    var token = user("pages", "COORDINATE");
    put(token, "pages/ended", completed("pages/none")).then().statusCode(204);
    put(token, "pages/older", training(1)).then().statusCode(204);
    put(token, "pages/newer", training(1).replace("" + Reports.DECLARED, "1764000009999"))
        .then()
        .statusCode(204);
    var found = new java.util.ArrayList<String>();
    String next = "/api/federations?limit=2";
    while (next != null) {
      var page = anonymous().get(next).then().statusCode(200).extract().jsonPath();
      assertThat(page.getList("runs")).hasSizeLessThanOrEqualTo(2);
      found.addAll(page.getList("runs.run", String.class));
      next = page.getString("next");
    }
    assertThat(found).containsSubsequence("newer", "older", "ended");
    var html = anonymous().get("/federations").then().statusCode(200).extract().asString();
    assertThat(html).contains("data-run=\"pages/newer\"", "value=\"1\"", "<polyline points=\"2.0");
    anonymous().get("/federations?page=900").then().statusCode(200);
  }

  @Test
  void silentRunIsCalledStaleUntilItIsHeardAgain() {
    var token = user("silent", "COORDINATE");
    put(token, "silent/one", training(1)).then().statusCode(204);
    var before = run("silent", "one");
    assertThat(runs.silent(Instant.now().minus(Duration.ofMinutes(10)))).isZero();
    assertThat(runs.silent(before.heardAt().plusMillis(1))).isPositive();
    var stale = run("silent", "one");
    assertThat(stale.state()).isEqualTo(FederatedRun.State.STALE);
    assertThat(stale.status()).startsWith("no word from its coordinator since");
    assertThat(stale.change()).isGreaterThan(before.change());
    put(token, "silent/one", training(1)).then().statusCode(204);
    var again = run("silent", "one");
    assertThat(again.state()).isEqualTo(FederatedRun.State.RUNNING);
    assertThat(again.change()).isGreaterThan(stale.change());
  }

  @Test
  void onlyAdministratorsIssueTheRole() {
    var writer = user("issuer", "WRITE");
    with(writer)
        .contentType("application/json")
        .body("{\"label\": \"x\", \"role\": \"COORDINATE\"}")
        .post("/api/v1/users/issuer/tokens")
        .then()
        .statusCode(403);
    var token = user("issued", "COORDINATE");
    create(token, "issued/model");
    with(token).get("/api/v1/users").then().statusCode(403);
    admin().get("/api/models/issued/model").then().statusCode(200);
  }

  /// Whatever a report is turned into, it is kept as it is or refused by name.
  @Test
  void mutatedReportsAreReadOrRefused() {
    var random = new Random(3);
    byte[] seed = completed("a/b").getBytes(StandardCharsets.UTF_8);
    int kept = 0;
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] bytes = seed.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) (random.nextInt(96) + 32);
      }
      try {
        var report = RunReport.read(bytes);
        assertThat(RunReport.stored(report.json()).json()).isEqualTo(report.json());
        kept++;
      } catch (HubException refused) {
        assertThat(refused).hasMessageStartingWith("not a report of a run");
      }
    }
    assertThat(kept).isBetween(100, 19_000);
  }

  private FederatedRun run(String federation, String run) {
    return runs.run(federation, run).orElseThrow();
  }
}
