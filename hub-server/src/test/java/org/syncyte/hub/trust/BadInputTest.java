package org.syncyte.hub.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.not;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.trust.Published.checks;
import static org.syncyte.hub.trust.Published.fixture;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubResource;

/// Files that are made to hurt their reader.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class BadInputTest {
  private static int count;
  private final String repo = "bad/repo" + count++;

  private static String bomb() {
    var yaml = new StringBuilder("---\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      yaml.append("a%d: &a%d [".formatted(i, i));
      yaml.append("*a%d, ".formatted(i - 1).repeat(9)).append("*a%d]\n".formatted(i - 1));
    }
    return yaml + "---\nA bomb\n";
  }

  @Test
  void yamlBombIsRefusedBeforeAndFoundAfterACommit() {
    create(adminToken(), repo);
    anonymous()
        .contentType("application/json")
        .body(Map.of("content", bomb(), "repoType", "model"))
        .post("/api/validate-yaml")
        .then()
        .statusCode(400)
        .body("errors.size()", greaterThan(0));
    new Published().text("README.md", bomb()).push(repo);
    var report = checks(repo, "main");
    assertThat(report.getString("checks.find { it.name == 'card' }.verdict")).isEqualTo("FAILED");
    assertThat(report.getList("checks.find { it.name == 'card' }.findings.code", String.class))
        .contains("C1");
    anonymous().accept("text/html").get("/" + repo).then().statusCode(200);
    anonymous().get("/api/models/" + repo + "/card.json").then().statusCode(200);
  }

  @Test
  void scriptsAndDrawingsInCardsAreNotServedAsSuch() {
    create(adminToken(), repo);
    new Published()
        .text(
            "README.md",
            """
            # <svg onload="alert(1)"><script>alert(2)</script></svg> Card
            <img src=x onerror=alert(3)> <a href="javascript:alert(4)">x</a>
            <iframe src="https://example.org"></iframe><style>body{display:none}</style>
            [y](javascript:alert(5)) <form action="/"><input name=q></form>
            """)
        .text(
            "drawing.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(6)</script></svg>")
        .push(repo);
    anonymous()
        .accept("text/html")
        .get("/" + repo)
        .then()
        .statusCode(200)
        .header("Content-Security-Policy", containsString("script-src 'self'"))
        .body(not(containsString("alert(1)\">")))
        .body(not(containsString("<script>alert")))
        .body(not(containsString("onerror=")))
        .body(not(containsString("=\"javascript:")))
        .body(not(containsString("<iframe")))
        .body(not(containsString("<form action=\"/\"><input")));
    for (String route : new String[] {"resolve", "raw"}) {
      anonymous()
          .get("/" + repo + "/" + route + "/main/drawing.svg")
          .then()
          .statusCode(200)
          .header("Content-Type", not(containsString("svg")))
          .header("Content-Security-Policy", containsString("sandbox"));
    }
  }

  @Test
  void zipBombIsQuarantined() throws IOException {
    create(adminToken(), repo);
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("model/data.pkl"));
      zip.write(new byte[40 << 20]);
      zip.closeEntry();
      zip.putNextEntry(new ZipEntry("model/version"));
      zip.write("3\n".getBytes(StandardCharsets.US_ASCII));
      zip.closeEntry();
    }
    new Published().large("model.pt", out.toByteArray()).push(repo);
    anonymous()
        .get("/" + repo + "/resolve/main/model.pt")
        .then()
        .statusCode(403)
        .header("X-Error-Message", containsString("quarantined"));
    assertThat(checks(repo, "main").getString("verdict")).isEqualTo("FAILED");
  }

  @Test
  void hugeTensorInASmallFileIsAFinding() {
    create(adminToken(), repo);
    var header =
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[46341,46341],\"data_offsets\":[0,8589953124]}}"
            .getBytes(StandardCharsets.UTF_8);
    var file =
        ByteBuffer.allocate(8 + header.length + 16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array();
    new Published()
        .large("model.safetensors", file)
        .large("model.pt", fixture("scvi133-scanvi.pt"))
        .push(repo);
    var report = checks(repo, "main");
    assertThat(report.getString("state")).isEqualTo("DONE");
    assertThat(report.getList("checks.find { it.name == 'weights' }.findings.code", String.class))
        .contains("W1");
    assertThat(report.getList("checks.findings.code.flatten()", String.class)).doesNotContain("X1");
  }

  @Test
  void cleanCopyIsFreeOfWhatTheLintFound() {
    create(adminToken(), repo);
    new Published()
        .text("README.md", "# Model\nAsk jane@hospital.example.org, files in /home/jane/run\n")
        .large("model.pt", fixture("scvi133-scanvi.pt"))
        .large("adata.h5ad", fixture("scvi133-scanvi.h5ad"))
        .push(repo);
    checks(repo, "main");
    anonymous().post("/api/models/" + repo + "/clean/main").then().statusCode(401);
    String commit =
        admin()
            .post("/api/models/" + repo + "/clean/main")
            .then()
            .statusCode(200)
            .extract()
            .path("commit");
    var report = checks(repo, commit);
    var codes = report.getList("checks.find { it.name == 'privacy' }.findings.code", String.class);
    assertThat(codes).doesNotContain("L1", "L2", "L5", "L7", "L8");
    assertThat(report.getString("checks.find { it.name == 'card' }.findings.code.flatten()"))
        .doesNotContain("V7");
    anonymous()
        .get("/" + repo + "/raw/compat%2Fclean/README.md")
        .then()
        .body(containsString("[removed]"));
  }

  @Test
  void cardForProgramsHasTypesAndOrigins() {
    create(adminToken(), repo);
    new Published().large("model.pt", fixture("scvi133-scanvi.pt")).push(repo);
    anonymous()
        .get("/api/models/" + repo + "/card.json")
        .then()
        .statusCode(200)
        .body("generated", equalTo(true))
        .body("model.modelClass", equalTo("SCANVI"))
        .body("model.genes", equalTo(30))
        .body("sections[0].origin", equalTo("FILES"));
    anonymous()
        .accept("text/html")
        .get("/" + repo)
        .then()
        .body(containsString("The hub wrote this one from the files"));
    anonymous()
        .get("/api/models/" + repo + "/card-draft/main")
        .then()
        .statusCode(200)
        .body(containsString("# Model Properties"));
  }
}
