package org.syncyte.hub.ontology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.user;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class OntologyTest {
  private static void model(String name, String tags) {
    create(adminToken(), "terms/" + name);
    committed(
        adminToken(),
        "terms/" + name,
        header("Card"),
        file("README.md", "---\nlicense: mit\ntags: [" + tags + "]\n---\n"));
  }

  private static List<String> found(String query) {
    return anonymous()
        .get("/api/models?author=terms&" + query)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getList("id", String.class)
        .stream()
        .map(id -> id.substring("terms/".length()))
        .sorted()
        .toList();
  }

  private static io.restassured.response.Response load(String token, String name, String obo) {
    return with(token).contentType("text/plain").body(obo).put("/api/v1/ontologies/" + name);
  }

  @Test
  void filterFindsWhatIsNarrower() {
    model("lung", "'tissue:lung', 'disease:lung cancer', 'cell_type:T cell'");
    model("left", "'tissue:Left lung', 'disease:lung adenocarcinoma', 'organism:human'");
    model("byid", "'tissue:UBERON:0002185', 'organism:Mus musculus'");
    model("spleen", "'tissue:spleen', 'cell_type:NK cell', 'organism:Homo sapiens'");
    model("odd", "'tissue:pollen sac of tests'");

    assertThat(found("filter=tissue:lung")).containsExactly("left", "lung");
    assertThat(found("filter=tissue:UBERON:0002048")).containsExactly("left", "lung");
    assertThat(found("filter=tissue:respiratory%20system")).containsExactly("byid", "left", "lung");
    assertThat(found("filter=tissue:left%20lung")).containsExactly("left");
    assertThat(found("filter=disease:cancer")).containsExactly("left", "lung");
    assertThat(found("filter=cell_type:lymphocyte")).containsExactly("lung", "spleen");
    assertThat(found("filter=organism:mammal")).containsExactly("byid", "left", "spleen");
    assertThat(found("filter=organism:human")).containsExactly("left", "spleen");
    assertThat(found("filter=tissue:spleen")).containsExactly("spleen");
    assertThat(found("filter=tissue:cancer")).isEmpty();
    assertThat(found("search=leukocyte")).containsExactly("lung", "spleen");
    assertThat(found("filter=tissue:lung&filter=disease:lung%20adenocarcinoma"))
        .containsExactly("left");

    String page = anonymous().get("/terms?filter=tissue:lung&q=").asString();
    assertThat(page).contains("includes 1 narrower term");
    anonymous()
        .get("/?q=terms&filter=tissue:lung")
        .then()
        .body(containsString("includes 1 narrower term"));

    // A whole ontology says more; the tags in use are understood at once.
    String sample =
        """
        format-version: 1.4

        [Term]
        id: TST:0000001
        name: plant organ of tests

        [Term]
        id: TST:0000002
        name: pollen sac of tests
        relationship: part_of TST:0000001 ! plant organ of tests
        """;
    assertThat(found("filter=tissue:plant%20organ%20of%20tests")).isEmpty();
    load(adminToken(), "sample", sample).then().statusCode(200).body("terms", equalTo(2));
    assertThat(found("filter=tissue:plant%20organ%20of%20tests")).containsExactly("odd");
    anonymous().get("/api/v1/ontologies").then().body("source", hasItem("sample"));
    // A circle in a file is no trap.
    load(
            adminToken(),
            "sample",
            sample.replace(
                "name: plant organ of tests", "name: plant organ of tests\nis_a: TST:0000002"))
        .then()
        .statusCode(200);
    assertThat(found("filter=tissue:pollen%20sac%20of%20tests")).containsExactly("odd");
    // What is loaded again replaces what was there, and a broken file changes nothing.
    load(adminToken(), "sample", sample + "\n[Term]\nid: TST:3\nno colon\n")
        .then()
        .statusCode(400)
        .body("error", containsString("line 14"));
    assertThat(found("filter=tissue:plant%20organ%20of%20tests")).containsExactly("odd");
    load(adminToken(), "sample", "[Term]\nid: TST:0000001\nname: other\n").then().statusCode(200);
    assertThat(found("filter=tissue:plant%20organ%20of%20tests")).isEmpty();
  }

  @Test
  void onlyAdministratorsLoad() {
    String obo = "[Term]\nid: TST:0000009\nname: nine\n";
    load(user("botanist", "WRITE"), "mine", obo).then().statusCode(403);
    anonymous().body(obo).put("/api/v1/ontologies/mine").then().statusCode(401);
    admin().body(obo).put("/api/v1/ontologies/a%20b").then().statusCode(400);
  }
}
