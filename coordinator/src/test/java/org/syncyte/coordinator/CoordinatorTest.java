package org.syncyte.coordinator;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.syncyte.federation.Signing;

/// The application as it runs: its own broker, its REST interface, three sites.
@QuarkusTest
@TestProfile(CoordinatorTest.Place.class)
@SuppressWarnings("NullAway.Init")
class CoordinatorTest {
  static final int BLOB_PORT = freePort();
  static final int KAFKA_PORT = freePort();
  static final Path FOLDER = folder();

  /// Ports and folders of this test.
  public static class Place implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "syncyte.coordinator.data",
          FOLDER.toString(),
          "syncyte.coordinator.token",
          "secret",
          "syncyte.coordinator.open-enrolment",
          "true",
          "syncyte.coordinator.hub",
          "http://127.0.0.1:" + BLOB_PORT,
          "syncyte.coordinator.hub-token",
          BlobServer.TOKEN,
          "syncyte.kafka.port",
          Integer.toString(KAFKA_PORT),
          "quarkus.http.test-port",
          "0");
    }
  }

  @TestHTTPResource("/")
  URI self;

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("coordinator");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void clean() throws IOException {
    try (var files = Files.walk(FOLDER)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  private static RequestSpecification operator() {
    return given().header("Authorization", "Bearer secret").contentType(ContentType.JSON);
  }

  @Test
  void refusesStrangersAndNamesMistakes() {
    given().get("/api/v1/federations").then().statusCode(401);
    given().header("Authorization", "Bearer wrong").get("/api/v1/runs/x").then().statusCode(401);
    operator().get("/api/v1/runs/none").then().statusCode(404);
    operator()
        .body("{}")
        .post("/api/v1/federations/Not A Name")
        .then()
        .statusCode(400)
        .body("detail", containsString("a-z"));
    operator().body("{}").post("/api/v1/federations/strict").then().statusCode(201);
    operator()
        .body("{\"rounds\":0}")
        .post("/api/v1/federations/strict/runs")
        .then()
        .statusCode(400)
        .body("detail", containsString("'rounds' must lie in 1 to 100000, not 0"));
    operator()
        .body("{\"site\":\"a\",\"public_key\":\"none\"}")
        .post("/api/v1/federations/strict/sites")
        .then()
        .statusCode(400)
        .body("detail", containsString("Ed25519"));
  }

  @Test
  void isReadyAndDescribesItself() {
    given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
    given()
        .accept(ContentType.JSON)
        .get("/openapi?format=json")
        .then()
        .statusCode(200)
        .body("paths", hasKey("/api/v1/federations/{federation}/runs"));
  }

  @Test
  void runsAFederationThatIsDeclaredOverRest() throws Exception {
    try (var hub = new BlobServer(Files.createDirectories(FOLDER.resolve("hub")), BLOB_PORT)) {
      hub.away.set(2);
      operator().body("{}").post("/api/v1/federations/rest").then().statusCode(201);
      var sites = new ArrayList<ToySite>();
      for (String id : new String[] {"a", "b", "c"}) {
        var site =
            new ToySite(
                "127.0.0.1:" + KAFKA_PORT,
                "rest",
                id,
                new HubBlobs(hub.uri(), BlobServer.TOKEN, "rest"),
                ToySite.Manners.GOOD);
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("site", id, "public_key", Signing.pem(site.key.getPublic())))
            .post("/api/v1/federations/rest/sites")
            .then()
            .statusCode(200)
            .body("coordinator_key", containsString("BEGIN PUBLIC KEY"))
            .body("sites", hasKey(id));
        sites.add(site);
      }
      operator()
          .body(
              """
              {"federation":"rest","run":"first","model":"SCVI","batch_key":"b","genes":20,
               "rounds":3,"phase_seconds":20,"listing":"course"}\
              """)
          .post("/api/v1/federations/rest/runs")
          .then()
          .statusCode(201)
          .body("phase", equalTo("negotiating"));
      sites.forEach(site -> site.start(50));

      String events = events("first");
      sites.forEach(ToySite::close);

      assertThat(events.lines().filter(line -> line.startsWith("data:")).count()).isGreaterThan(5);
      assertThat(events).contains("\"phase\":\"training\"").contains("\"outcome\":\"COMPLETED\"");
      operator()
          .get("/api/v1/runs/first")
          .then()
          .statusCode(200)
          .body("outcome", equalTo("COMPLETED"))
          .body("history.size()", equalTo(3))
          .body("history[2].survivors", equalTo(java.util.List.of("a", "b", "c")));
      tellsTheHubInItsOwnTime(hub);
      given()
          .get("/q/metrics")
          .then()
          .statusCode(200)
          .body(containsString("syncyte_coordinator_events_total"));
    }
  }

  /// The hub was away at first, which the run did not notice; in the end it knows the whole course,
  /// and nothing that the declaration keeps.
  private static void tellsTheHubInItsOwnTime(BlobServer hub) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (hub.reports.stream().noneMatch(report -> report.contains("\"phase\":\"ended\""))) {
      assertThat(System.nanoTime()).as("reports: %s", hub.reports).isLessThan(deadline);
      Thread.sleep(50);
    }
    assertThat(hub.away.get()).isNegative();
    assertThat(hub.reports).hasSizeLessThan(40).allMatch(report -> report.contains("\"course\""));
    String last = hub.reports.stream().reduce("", (_, report) -> report);
    assertThat(last)
        .contains(
            "\"committed\":3", "\"sites\":3", "\"site_names\":[]", "\"outcome\":\"COMPLETED\"")
        .contains("\"round\":[1,2,3]")
        .doesNotContain("cells", "\"a\"", "bytes");
  }

  /// The stream ends by itself when the run does.
  private String events(String run) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(self.resolve("/api/v1/runs/" + run + "/events"))
            .header("Authorization", "Bearer secret")
            .timeout(Duration.ofSeconds(90))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }
}
