package org.syncyte.hub.diff;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.trust.Published.fixture;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubResource;
import org.syncyte.hub.trust.Published;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class CompareTest {
  private static final String REPO = "compare/model";

  @Test
  void revisionsAreHeldAgainstEachOther() {
    create(adminToken(), REPO);
    var first =
        new Published()
            .text("README.md", "# Model\nTwelve donors\n")
            .text("training.json", "{\"history\": {\"elbo_train\": [9, 5.5]}}")
            .large("model.pt", fixture("scvi133-scvi-minified.pt"))
            .push(REPO);
    var second =
        new Published()
            .text("README.md", "# Model\nFourteen donors\n")
            .text("training.json", "{\"history\": {\"elbo_train\": [9, 4.5]}}")
            .large("model.pt", fixture("scvi133-scanvi.pt"))
            .push(REPO);
    var pair = first + ".." + second;
    anonymous()
        .get("/api/models/" + REPO + "/compare/" + pair)
        .then()
        .statusCode(200)
        .body("files.path", hasItem("model.pt"))
        .body("card[0].find { it.kind == 'ADDED' }.text", equalTo("Fourteen donors"))
        .body("model.settings.find { it.name == 'model' }.after", equalTo("SCANVI"))
        .body("model.tensors.size()", greaterThan(3))
        .body("metrics[0].name", equalTo("elbo_train"))
        .body("metrics[0].after", equalTo(4.5f));
    anonymous()
        .accept("text/html")
        .get("/" + REPO + "/compare/" + pair)
        .then()
        .statusCode(200)
        .body(containsString("Fourteen donors"))
        .body(containsString("relative distance"));
    anonymous()
        .accept("text/html")
        .get("/" + REPO + "/compare?from=" + first + "&to=main")
        .then()
        .statusCode(200)
        .body(containsString("SCANVI"));
    anonymous().get("/api/models/" + REPO + "/compare/" + first).then().statusCode(400);
    anonymous()
        .get("/api/models/" + REPO + "/compare/" + first + "..nothing")
        .then()
        .statusCode(404)
        .header("X-Error-Code", equalTo("RevisionNotFound"));
    downloadsAreCountedByVersion(first, second);
  }

  private static void downloadsAreCountedByVersion(String first, String second) {
    for (int i = 0; i < 3; i++) {
      anonymous().get("/" + REPO + "/resolve/" + first + "/model.pt").then().statusCode(200);
    }
    anonymous().get("/" + REPO + "/resolve/main/model.pt").then().statusCode(200);
    anonymous()
        .get("/api/models/" + REPO + "/downloads")
        .then()
        .body("total", equalTo(2))
        .body("commits.'" + first + "'", equalTo(1))
        .body("commits.'" + second + "'", equalTo(1));
    anonymous()
        .accept("text/html")
        .get("/" + REPO + "/commits/main")
        .then()
        .body(containsString("1 download"))
        .body(containsString("/compare/" + first + ".." + second));
  }
}
