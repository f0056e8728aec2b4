package org.syncyte.hub.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.startsWith;
import static org.syncyte.hub.HubClient.anonymous;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class ApiDocumentTest {
  private static JsonNode document() throws IOException {
    return new ObjectMapper()
        .readTree(
            anonymous().get("/docs/openapi.json").then().statusCode(200).extract().asString());
  }

  private static Map<String, JsonNode> operations() throws IOException {
    var operations = new TreeMap<String, JsonNode>();
    for (var path : document().path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        if (operation.getValue().has("responses")) {
          operations.put(
              operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
              operation.getValue());
        }
      }
    }
    return operations;
  }

  @Test
  void everyOperationIsInTheTableAndEveryLineOfTheTableIsAnOperation() throws IOException {
    var table = OperationTable.read().operations();
    var shown =
        table.entrySet().stream()
            .filter(entry -> entry.getValue().topic() != null)
            .map(Map.Entry::getKey)
            .toList();
    assertThat(operations().keySet())
        .as("operations of the hub; docs/operations.txt describes each")
        .containsExactlyInAnyOrderElementsOf(shown);
  }

  @Test
  void everyOperationSaysWhatItDoesAndHowItMayBeRefused() throws IOException {
    var parameters = OperationTable.read().parameters();
    var unexplained = new ArrayList<String>();
    operations()
        .forEach((name, operation) -> {
          assertThat(operation.path("summary").asText()).as(name).isNotBlank();
          assertThat(operation.path("tags")).as(name).hasSize(1);
          assertThat(operation.path("responses").propertyStream().map(Map.Entry::getKey))
              .as(name)
              .contains("400", "401", "429")
              .anyMatch(status -> status.startsWith("2"));
          for (var parameter : operation.path("parameters")) {
            if (parameter.path("description").asText().isBlank()) {
              unexplained.add(name + " " + parameter.path("name").asText());
            }
          }
        });
    assertThat(unexplained).as("parameters without a meaning").isEmpty();
    assertThat(parameters).doesNotContainValue("");
  }

  @Test
  void pageShowsAllOfItAndTheFilesAreThere() throws IOException {
    var page = anonymous().get("/docs").then().statusCode(200).extract().asString();
    for (var name : operations().keySet()) {
      var address = name.substring(name.indexOf(' ') + 1);
      assertThat(page).contains("<code>" + address + "</code>");
    }
    assertThat(page).doesNotContain("<script>", "style=", "{hub}", "://cdn");
    anonymous().get("/docs/openapi.yaml").then().statusCode(200).body(startsWith("---"));
    anonymous()
        .get("/docs/schub.py")
        .then()
        .statusCode(200)
        .header("Content-Type", startsWith("text/x-python"))
        .body(containsString("def install()"));
  }

  @Test
  void recipesHaveDifferentNamesAndNoPlaceholdersLeft() {
    var recipes = Recipes.all("https://hub.example");
    assertThat(recipes).extracting(recipe -> recipe.id()).doesNotHaveDuplicates();
    assertThat(recipes)
        .allSatisfy(recipe ->
            assertThat(recipe.snippet().text())
                .contains("https://hub.example")
                .doesNotContain("{hub}"));
  }
}
