package org.syncyte.hub;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.syncyte.hub.HubClient.admin;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.batch;
import static org.syncyte.hub.HubClient.bytes;
import static org.syncyte.hub.HubClient.commit;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.large;
import static org.syncyte.hub.HubClient.sha256;
import static org.syncyte.hub.HubClient.upload;
import static org.syncyte.hub.HubClient.user;
import static org.syncyte.hub.HubClient.with;
import static org.syncyte.hub.trust.Published.checks;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.account.CurrentCaller;

/// Bad requests, one by one: each is refused with its status and a sentence, is in the log once,
/// and leaves no row and no file.
///
/// What is taken, and made harmless afterwards, is in `trust.BadInputTest`: YAML bombs, scripts and
/// drawings in cards, zip bombs, huge tensors in small files. Overlong headers never reach the
/// hub's own code: `hfapi.HostileRequestTest`.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class RefusalTest {
  private static final String REPO = "refusal/model";
  private static final String HIDDEN = "refusal/hidden";
  private final Map<String, Case> cases = new LinkedHashMap<>();
  private final Log log = new Log();

  @Inject
  @SuppressWarnings("NullAway.Init")
  DataSource database;

  private record Case(int status, Supplier<Response> request) {}

  /// What the hub logs of refusals.
  private static final class Log extends Handler {
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    public void publish(LogRecord entry) {
      lines.add(
          entry instanceof org.jboss.logmanager.ExtLogRecord formatted
              ? formatted.getFormattedMessage()
              : new SimpleFormatter().formatMessage(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private void expect(String what, int status, Supplier<Response> request) {
    assertThat(cases.put(what, new Case(status, request))).as(what).isNull();
  }

  private String count() {
    try {
      return stored();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /// How much is stored, in rows and in files.
  private String stored() throws SQLException {
    var counts = new StringBuilder();
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      for (String table :
          List.of(
              "repo",
              "commit",
              "tree_entry",
              "ref",
              "blob",
              "repo_blob",
              "account",
              "api_token",
              "discussion",
              "collection",
              "webhook",
              "xet_xorb",
              "ontology_term",
              "access_request")) {
        try (var rows = statement.executeQuery("select count(*) from " + table)) {
          rows.next();
          counts.append(table).append(' ').append(rows.getLong(1)).append('\n');
        }
      }
    }
    for (String folder : List.of("blobs", "incoming", "xet")) {
      counts.append(folder).append(' ').append(HubClient.files(folder)).append('\n');
    }
    return counts.toString();
  }

  private static Response json(String token, String method, String path, Object body) {
    return with(token).contentType("application/json").body(body).request(method, path);
  }

  @Test
  void everyBadRequestIsRefusedLoggedOnceAndLeavesNothing() {
    String stranger = user("refused", "WRITE");
    create(stranger, "refused/own");
    create(adminToken(), REPO);
    create(adminToken(), HIDDEN, true);
    byte[] secret = bytes(900, 4711);
    committed(
        adminToken(),
        HIDDEN,
        header("Add"),
        large("secret.pt", upload(adminToken(), HIDDEN, secret), secret.length));
    // What came with a refused commit stays until the next garbage collection, since another commit
    // may have taken it up by its hash. Here it is there already, and so nothing may be added.
    committed(adminToken(), REPO, header("Add"), file("x.txt", "x"));
    for (String repo : List.of("refused/own", REPO, HIDDEN)) {
      checks(repo, "main");
    }
    paths();
    contents();
    rights(stranger, secret);
    tokens();
    bodies();
    forms(stranger);
    var logger = Logger.getLogger(RequestFilters.class.getName());
    var wrong = new ArrayList<String>();
    logger.addHandler(log);
    try {
      cases.forEach((what, one) -> {
        String before = count();
        var reply = one.request().get();
        String id = String.valueOf(reply.header("X-Request-Id"));
        var lines = log.lines.stream().filter(line -> line.contains(id)).toList();
        if (reply.statusCode() != one.status()) {
          wrong.add(what + ": " + reply.statusCode() + " " + reply.asString());
        }
        if (lines.size() != 1 || lines.getFirst().matches(".*(sig=|syn_).*")) {
          wrong.add(what + ", in the log: " + lines);
        }
        if (!count().equals(before)) {
          wrong.add(what + ", stored: " + before + count());
        }
      });
    } finally {
      logger.removeHandler(log);
    }
    assertThat(wrong).isEmpty();
    assertThat(cases).hasSizeGreaterThan(40);
  }

  private void paths() {
    for (String path :
        List.of(
            "../x",
            "/etc/passwd",
            "a/../../b",
            "a//b",
            "./a",
            ".git/config",
            "a/",
            "",
            "x".repeat(256))) {
      expect(
          "commit to '" + (path.length() > 20 ? "long" : path) + "'",
          400,
          () -> commit(adminToken(), REPO, "main", header("Bad"), file(path, "x")));
    }
    for (String name : List.of("a--b", "..", "-x", "x.git", "a b", "ü", "n".repeat(120))) {
      expect(
          "repository '" + (name.length() > 20 ? "long" : name) + "'",
          400,
          () ->
              json(
                  adminToken(),
                  "POST",
                  "/api/repos/create",
                  Map.of("organization", "refusal", "name", name)));
    }
    for (String branch : List.of("a..b", "a%20~b", "x.lock", "refs%2Fpr%2F7")) {
      expect(
          "branch " + branch,
          400,
          () -> json(adminToken(), "POST", "/api/models/" + REPO + "/branch/" + branch, "{}"));
    }
  }

  private void contents() {
    byte[] content = bytes(1_000, 99);
    Supplier<String> href =
        () ->
            batch(adminToken(), REPO, List.of("basic"), sha256(content), content.length)
                .path("objects[0].actions.upload.href");
    expect("other bytes", 400, () -> anonymous().body(bytes(1_000, 98)).put(href.get()));
    expect("fewer bytes", 400, () -> anonymous().body(bytes(999, 99)).put(href.get()));
    expect("no signature", 403, () -> anonymous().body(content).put(href.get().split("\\?")[0]));
    expect(
        "changed signature",
        403,
        () -> anonymous().body(content).put(href.get().replaceFirst("sig=.", "sig=_")));
    expect(
        "large file that is not there",
        400,
        () -> commit(adminToken(), REPO, "main", header("Bad"), large("m.pt", "0".repeat(64), 9)));
    expect(
        "hash that is none",
        400,
        () -> commit(adminToken(), REPO, "main", header("Bad"), large("m.pt", "../../x", 9)));
    expect("archive that is none", 400, () -> admin().body(content).post("/api/v1/repos/import"));
    expect(
        "ontology that is none",
        400,
        () -> admin().contentType("text/plain").body("a\nb").put("/api/v1/ontologies/bad"));
  }

  private void rights(String stranger, byte[] secret) {
    expect(
        "commit to another's",
        403,
        () -> commit(stranger, REPO, "main", header("Mine now"), file("x.txt", "x")));
    expect(
        "settings of another's",
        403,
        () -> json(stranger, "PUT", "/api/models/" + REPO + "/settings", "{\"private\":true}"));
    expect(
        "removal of another's",
        403,
        () ->
            json(
                stranger,
                "DELETE",
                "/api/repos/delete",
                "{\"organization\":\"refusal\",\"name\":\"model\"}"));
    expect(
        "branch of another's",
        403,
        () -> json(stranger, "POST", "/api/models/" + REPO + "/branch/mine", "{}"));
    expect(
        "commit to a hidden one",
        404,
        () -> commit(stranger, HIDDEN, "main", header("Mine now"), file("x.txt", "x")));
    expect(
        "hidden content by its hash",
        400,
        () ->
            commit(
                stranger,
                "refused/own",
                "main",
                header("Steal"),
                large("stolen.pt", sha256(secret), secret.length)));
    expect(
        "hidden content by its address",
        404,
        () ->
            with(stranger)
                .header("x-amz-copy-source", "/" + HIDDEN + "/secret.pt")
                .put("/s3/refused/own/stolen.pt"));
    expect("garbage collection", 403, () -> with(stranger).post("/api/v1/gc?dryRun=false"));
    expect("import", 403, () -> with(stranger).body("x").post("/api/v1/repos/import"));
    expect(
        "more rights than one's own",
        403,
        () ->
            json(
                stranger,
                "POST",
                "/api/v1/users/refused/tokens",
                Map.of("label", "x", "role", "ADMIN")));
    expect(
        "nobody makes a repository",
        401,
        () -> json("syn_unknown", "POST", "/api/repos/create", Map.of("name", "x")));
  }

  private void tokens() {
    String revoked = user("revoked", "WRITE");
    create(revoked, "revoked/model");
    checks("revoked/model", "main");
    int number = with(revoked).get("/api/v1/users/revoked/tokens").path("[0].id");
    admin().delete("/api/v1/users/revoked/tokens/" + number).then().statusCode(204);
    expect(
        "commit with a revoked token",
        401,
        () -> commit(revoked, "revoked/model", "main", header("Late"), file("x.txt", "x")));
    expect(
        "batch with a revoked token",
        401,
        () -> batch(revoked, "revoked/model", List.of("basic"), "a".repeat(64), 5));
    expect(
        "S3 with a revoked token",
        403,
        () ->
            with("x")
                .header(
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential="
                        + number
                        + "/20260101/us-east-1/s3/aws4_request,SignedHeaders=host,Signature="
                        + "0".repeat(64))
                .put("/s3/revoked/model/x.txt"));
  }

  private void bodies() {
    String path = "/api/models/" + REPO + "/commit/main";
    Map.of(
            "no header",
            file("x.txt", "x"),
            "no JSON",
            "{\"key\":\"header\",",
            "unknown key",
            header("Bad") + "\n{\"key\":\"rename\",\"value\":{}}",
            "no base64",
            header("Bad") + "\n" + file("x.txt", "x").replace("eA==", "%%%"),
            "deep",
            "[".repeat(20_000))
        .forEach((what, body) ->
            expect(
                "commit, " + what,
                400,
                () ->
                    admin()
                        .contentType("application/x-ndjson")
                        .body(body.getBytes(StandardCharsets.UTF_8))
                        .post(path)));
    expect(
        "deep JSON",
        400,
        () -> json(adminToken(), "POST", "/api/repos/create", "[".repeat(50_000)));
    expect(
        "JSON that is none",
        400,
        () -> json(adminToken(), "POST", "/api/repos/create", "{\"name\":"));
    var xet = admin().get("/api/models/" + REPO + "/xet-write-token/main").jsonPath();
    String cas = xet.getString("casUrl");
    String pass = xet.getString("accessToken");
    expect(
        "xorb that is none",
        400,
        () -> with(pass).body(bytes(500, 5)).post(cas + "/v1/xorbs/default/" + "a".repeat(64)));
    expect(
        "shard that is none", 400, () -> with(pass).body(bytes(500, 6)).post(cas + "/v1/shards"));
    expect(
        "shard without a pass",
        401,
        () -> with("syn_no").body(bytes(500, 6)).post(cas + "/v1/shards"));
    expect(
        "YAML bomb",
        400,
        () ->
            anonymous()
                .contentType("application/json")
                .body(Map.of("content", bomb(), "repoType", "model"))
                .post("/api/validate-yaml"));
  }

  private static String bomb() {
    var yaml = new StringBuilder("---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      yaml.append(
          "a%d: &a%d [%s*a%d]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(8), i - 1));
    }
    return yaml + "---\n";
  }

  /// A browser that is signed in, led by another site.
  private void forms(String token) {
    String cookie =
        given()
            .redirects()
            .follow(false)
            .header("Accept", "text/html")
            .formParam("name", "refused")
            .formParam("password", token)
            .formParam("next", "/settings")
            .post("/login")
            .getCookie(CurrentCaller.COOKIE);
    assertThat(cookie).isNotBlank();
    expect(
        "form of another site",
        403,
        () ->
            given()
                .redirects()
                .follow(false)
                .cookie(CurrentCaller.COOKIE, cookie)
                .formParam("fullname", "Somebody else")
                .post("/settings/profile"));
    // A cookie without the key of a form is nobody's.
    expect(
        "request of another site's script",
        401,
        () ->
            given()
                .cookie(CurrentCaller.COOKIE, cookie)
                .contentType("application/json")
                .body(Map.of("name", "x"))
                .post("/api/repos/create"));
  }
}
