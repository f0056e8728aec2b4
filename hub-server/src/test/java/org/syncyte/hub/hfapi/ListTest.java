package org.syncyte.hub.hfapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
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

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubResource;

/// Lists of models: what is filtered is counted and paged as filtered.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class ListTest {
  private static void model(String repo, String card) {
    create(adminToken(), repo);
    committed(adminToken(), repo, header("Card"), file("README.md", card));
  }

  /// Follows `next` from page to page; returns the ids.
  private static List<String> all(String query) {
    var ids = new ArrayList<String>();
    String path = "/api/models?author=lists&limit=1&" + query;
    while (path != null) {
      var reply = anonymous().get(path).then().statusCode(200).extract();
      assertThat(reply.jsonPath().getList("id", String.class)).as(path).hasSize(1);
      ids.addAll(reply.jsonPath().getList("id", String.class));
      String next = reply.header("Link");
      path = next == null ? null : next.replaceAll("^<https?://[^/]+([^>]+)>.*", "$1");
    }
    return ids;
  }

  @Test
  void filtersCutNoPages() {
    for (int i = 0; i < 5; i++) {
      String task = i % 2 == 0 ? "pipeline_tag: feature-extraction\n" : "";
      model("lists/m" + i, "---\nlicense: mit\n" + task + "---\n");
      if (i == 1 || i == 4) {
        admin()
            .contentType("application/json")
            .body(Map.of("gated", i == 1 ? "auto" : "manual"))
            .put("/api/models/lists/m" + i + "/settings")
            .then()
            .statusCode(200);
      }
    }
    assertThat(all("gated=true")).containsExactlyInAnyOrder("lists/m1", "lists/m4");
    assertThat(all("gated=False")).hasSize(3);
    assertThat(all("gated=manual")).containsExactly("lists/m4");
    assertThat(all("pipeline_tag=feature-extraction"))
        .containsExactlyInAnyOrder("lists/m0", "lists/m2", "lists/m4");
    anonymous()
        .get("/api/models?author=lists&gated=true&pipeline_tag=feature-extraction&limit=1")
        .then()
        .header("X-Total-Count", equalTo("1"))
        .header("Link", nullValue());
    anonymous()
        .get("/api/models?author=lists&gated=true&limit=1")
        .then()
        .header("X-Total-Count", equalTo("2"))
        .header("Link", notNullValue());
    anonymous().get("/api/models?gated=perhaps").then().statusCode(400);
  }

  @Test
  void downloadsCountByWhateverProtocol() {
    String repo = "downloads/model";
    create(adminToken(), repo);
    byte[] content = bytes(500, 71);
    committed(
        adminToken(),
        repo,
        header("Model"),
        large("model.pt", upload(adminToken(), repo, content), content.length));
    anonymous().get("/s3/" + repo + "/.gitattributes").then().statusCode(200);
    anonymous().get("/api/models/" + repo).then().body("downloads", equalTo(0));
    anonymous().head("/s3/" + repo + "/model.pt").then().statusCode(200);
    anonymous().get("/s3/" + repo + "/model.pt").then().statusCode(200);
    anonymous().get("/" + repo + "/resolve/main/model.pt").then().statusCode(200);
    anonymous().get("/api/models/" + repo).then().body("downloads", equalTo(1));
    admin().get("/" + repo + "/resolve/main/model.pt").then().statusCode(200);
    anonymous().get("/api/models/" + repo).then().body("downloads", equalTo(2));
  }
}
