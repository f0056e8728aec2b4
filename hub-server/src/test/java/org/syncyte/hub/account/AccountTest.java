package org.syncyte.hub.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class AccountTest {
  @Inject DataSource database;

  @Test
  void firstTokenIsReadableByTheOperatorOnly() throws IOException {
    var file = HubClient.directory().resolve("admin.token");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    admin().get("/api/whoami-v2").then().statusCode(200).body("name", equalTo("admin"));
  }

  @Test
  void databaseHoldsHashesNotTokens() throws SQLException {
    String token = HubClient.user("hashed", "WRITE");
    assertThat(token).startsWith("syn_").hasSize(4 + 43);
    try (var connection = database.getConnection();
        var statement =
            connection.prepareStatement(
                "select count(*) from api_token t where t::text like ? or t.hash = sha256(?::bytea)")) {
      statement.setString(1, "%" + token.substring(4) + "%");
      statement.setString(2, token);
      var row = statement.executeQuery();
      row.next();
      assertThat(row.getInt(1)).isEqualTo(1);
    }
  }

  @Test
  void revokedTokenStopsWorking() {
    String token = HubClient.user("leaver", "WRITE");
    with(token)
        .get("/api/whoami-v2")
        .then()
        .statusCode(200)
        .body("auth.accessToken.role", equalTo("write"));
    int id =
        admin().get("/api/v1/users/leaver/tokens").then().statusCode(200).extract().path("[0].id");
    with(token).delete("/api/v1/users/leaver/tokens/" + id).then().statusCode(204);
    with(token).get("/api/whoami-v2").then().statusCode(401);
    anonymous().get("/api/whoami-v2").then().statusCode(401);
  }

  @Test
  void usersDoNotGiveThemselvesMore() {
    String token = HubClient.user("climber", "WRITE");
    String reader = HubClient.user("watcher", "READ");
    with(token)
        .contentType("application/json")
        .body("{\"role\":\"ADMIN\"}")
        .post("/api/v1/users/climber/tokens")
        .then()
        .statusCode(403);
    with(reader)
        .contentType("application/json")
        .body("{\"role\":\"WRITE\"}")
        .post("/api/v1/users/watcher/tokens")
        .then()
        .statusCode(403);
    with(token)
        .contentType("application/json")
        .body("{\"role\":\"READ\"}")
        .post("/api/v1/users/watcher/tokens")
        .then()
        .statusCode(403);
    with(token)
        .contentType("application/json")
        .body("{\"name\":\"x\"}")
        .post("/api/v1/users")
        .then()
        .statusCode(403);
    with(token).get("/api/v1/audit").then().statusCode(403);
    admin()
        .contentType("application/json")
        .body("{\"role\":\"ADMIN\"}")
        .post("/api/v1/users/climber/tokens")
        .then()
        .statusCode(400);
  }

  @Test
  void namespaceBelongsToWhoeverCameFirstUntilMembersJoin() {
    String first = HubClient.user("first", "WRITE");
    String second = HubClient.user("second", "WRITE");
    create(first, "sharedlab/one");
    with(second)
        .contentType("application/json")
        .body("{\"organization\":\"sharedlab\",\"name\":\"two\"}")
        .post("/api/repos/create")
        .then()
        .statusCode(403);
    with(second)
        .contentType("application/json")
        .body("{\"organization\":\"first\",\"name\":\"two\"}")
        .post("/api/repos/create")
        .then()
        .statusCode(403);
    admin().put("/api/v1/namespaces/sharedlab/members/second").then().statusCode(204);
    create(second, "sharedlab/two");
    admin()
        .contentType("application/json")
        .body("{\"name\":\"sharedlab\"}")
        .post("/api/v1/users")
        .then()
        .statusCode(409);
  }

  @Test
  void privateModelsAreInvisibleToOthers() {
    String owner = HubClient.user("keeper", "WRITE");
    String other = HubClient.user("passerby", "WRITE");
    create(owner, "keeper/hidden", true);
    with(other)
        .get("/api/models/keeper/hidden")
        .then()
        .statusCode(404)
        .header("X-Error-Code", "RepoNotFound");
    with(other).get("/keeper/hidden/resolve/main/.gitattributes").then().statusCode(404);
    with(other).get("/api/models?author=keeper").then().body("id", not(hasItem("keeper/hidden")));
    anonymous().get("/api/models?search=hidden").then().body("id", not(hasItem("keeper/hidden")));
    with(owner).get("/api/models?author=keeper").then().body("id", hasItem("keeper/hidden"));
  }

  @Test
  void auditNamesAccountsByNumberAndMissesNoWrite() {
    String owner = HubClient.user("audited", "WRITE");
    create(owner, "audited/model");
    admin()
        .get("/api/v1/audit?limit=1000")
        .then()
        .body("findAll { it.subject == 'audited/model' }.action", hasItem("repo.create"));
    assertThat(admin().get("/api/v1/audit?limit=1000").jsonPath().getList("action"))
        .contains("account.create", "token.issue");
    assertThat(admin().get("/api/v1/audit?limit=1000").asString())
        .doesNotContain("\"account audited\"");
    assertThat(admin().get("/api/v1/audit?limit=1000").jsonPath().getList("detail"))
        .doesNotContain(adminToken());
  }

  @Test
  void openApiHealthAndMetricsAnswer() {
    anonymous()
        .get("/docs/openapi.json")
        .then()
        .statusCode(200)
        .body("paths", org.hamcrest.Matchers.hasKey("/api/repos/create"));
    anonymous().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
    anonymous().get("/q/metrics").then().statusCode(200);
  }
}
