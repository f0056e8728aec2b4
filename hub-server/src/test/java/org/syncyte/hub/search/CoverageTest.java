package org.syncyte.hub.search;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.with;
import static org.syncyte.hub.trust.Published.checks;
import static org.syncyte.hub.trust.Published.fixture;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.hub.HubResource;
import org.syncyte.hub.trust.Published;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class CoverageTest {
  private static List<String> genes() {
    return TorchArchive.read(fixture("scvi133-scvi-minified.pt")).varNames();
  }

  private static void publish(String repo, boolean hidden, String words) {
    create(adminToken(), repo, hidden);
    new Published()
        .text("README.md", "---\nlicense: mit\ntags: ['tissue:kidney']\n---\n" + words)
        .large("model.pt", fixture("scvi133-scvi-minified.pt"))
        .push(repo);
    checks(repo, "main");
  }

  @Test
  void modelsAreRankedByTheirCoveredGenes() {
    publish("nephron/open", false, "A nephron atlas");
    var half = genes().subList(0, 15);
    anonymous()
        .contentType("application/json")
        .body(Map.of("genes", half))
        .post("/api/v1/coverage")
        .then()
        .statusCode(200)
        .body("genes", equalTo(15))
        .body("known", equalTo(15))
        .body("matches.find { it.id == 'nephron/open' }.covered", equalTo(15))
        .body("matches.find { it.id == 'nephron/open' }.genes", equalTo(30));
    anonymous()
        .contentType("text/plain")
        .body(String.join("\n", genes()) + "\nNOT_A_GENE")
        .post("/api/v1/coverage?filter=tissue:kidney")
        .then()
        .statusCode(200)
        .body("matches.find { it.id == 'nephron/open' }.coverage", equalTo(1f));
    anonymous()
        .contentType("text/plain")
        .body(String.join("\n", genes()))
        .post("/api/v1/coverage?filter=tissue:nowhere")
        .then()
        .body("matches.size()", equalTo(0));
    anonymous()
        .contentType("application/x-www-form-urlencoded")
        .body("genes=" + String.join("%0A", genes()))
        .post("/coverage")
        .then()
        .statusCode(200)
        .body(containsString("nephron/open"))
        .body(containsString("100.0 %"));
  }

  @Test
  void privateModelsAreNotTold() {
    publish("nephron/hidden", true, "Secret");
    anonymous()
        .contentType("text/plain")
        .body(String.join("\n", genes()))
        .post("/api/v1/coverage")
        .then()
        .body("matches.id", not(hasItem("nephron/hidden")));
  }

  @Test
  void wordsOfTheCardFindTheModelInOtherForms() {
    publish("nephron/words", false, "Trained on glomeruli of healthy kidneys.");
    for (String words : List.of("glomeruli", "kidney", "healthy%20glomeruli", "words")) {
      anonymous()
          .get("/api/models?search=" + words)
          .then()
          .statusCode(200)
          .body("id", hasItem("nephron/words"));
    }
    anonymous()
        .get("/api/models?search=cerebellum")
        .then()
        .body("id", not(hasItem("nephron/words")));
    anonymous().get("/api/models?search=%27%20%26%20%28%7C%21%3A%2A").then().statusCode(200);
  }

  @Test
  void filtersByWhatTheFilesSay() {
    publish("nephron/facts", false, "Facts");
    anonymous()
        .get("/api/models?filter=genes%3A%3E%3D30&filter=size%3Aup%20to%2010k%20cells")
        .then()
        .statusCode(200)
        .body("id", hasItem("nephron/facts"));
    anonymous()
        .get("/api/models?filter=genes%3A%3E%3D31")
        .then()
        .body("id", not(hasItem("nephron/facts")));
  }

  @Test
  void namespacesOfTheHubItselfAreRefused() {
    for (String namespace : List.of("coverage", "api", "assets")) {
      with(adminToken())
          .contentType("application/json")
          .body(Map.of("organization", namespace, "name", "x"))
          .post("/api/repos/create")
          .then()
          .statusCode(400);
    }
  }

  @Test
  void listsThatAreNoGenesAreRefused() {
    anonymous()
        .contentType("text/plain")
        .body("x".repeat(5000))
        .post("/api/v1/coverage")
        .then()
        .statusCode(400);
  }
}
