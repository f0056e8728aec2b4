package org.syncyte.hub.pages;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

/// People with a browser that runs no scripts: sign in, talk, ask, decide, and sign out; and other
/// sites that try to make their browsers do so.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class FormsTest {
  private static final String COOKIE = "syncyte_session";

  /// A browser that signed in, and what its forms carry.
  private record Tab(String cookie, String key) {
    RequestSpecification browser() {
      return given().redirects().follow(false).header("Accept", "text/html").cookie(COOKIE, cookie);
    }

    String page(String path) {
      return browser().get(path).then().statusCode(200).extract().asString();
    }

    Response send(String path, String... fields) {
      var request = browser().formParam("form", key);
      for (int i = 0; i < fields.length; i += 2) {
        request.formParam(fields[i], fields[i + 1]);
      }
      return request.post(path);
    }

    void did(String path, String... fields) {
      send(path, fields).then().statusCode(303);
    }
  }

  private static Response signIn(String name, String password, String next) {
    return given()
        .redirects()
        .follow(false)
        .header("Accept", "text/html")
        .formParam("name", name)
        .formParam("password", password)
        .formParam("next", next)
        .post("/login");
  }

  private static Tab tab(String name, String password) {
    var reply = signIn(name, password, "/settings");
    reply.then().statusCode(303).header("Location", containsString("/settings"));
    String cookie = reply.getCookie(COOKIE);
    var page = given().cookie(COOKIE, cookie).get("/settings").asString();
    var key = Pattern.compile("name=\"form\" value=\"([^\"]{20,})\"").matcher(page);
    assertThat(key.find()).isTrue();
    return new Tab(cookie, key.group(1));
  }

  @Test
  void peopleSignInWithATokenThenWithAPasswordAndOutAgain() {
    String token = HubClient.user("signer", "WRITE");
    given().get("/settings").then().statusCode(401);
    given()
        .redirects()
        .follow(false)
        .header("Accept", "text/html")
        .get("/settings/tokens")
        .then()
        .statusCode(303)
        .header("Location", containsString("/login?next=%2Fsettings%2Ftokens"));
    var tab = tab("signer", token);
    assertThat(signIn("signer", token, "/").getHeader("Set-Cookie"))
        .containsIgnoringCase("HttpOnly")
        .containsIgnoringCase("SameSite=Lax")
        .doesNotContain(token);
    tab.send("/settings/password", "password", "short").then().statusCode(400);
    tab.did("/settings/password", "password", "correct horse");
    tab.browser().get("/settings").then().statusCode(303);
    signIn("signer", "correct house", "/")
        .then()
        .statusCode(403)
        .body(containsString("role=\"alert\""));
    signIn("nobody-here", "correct horse", "/").then().statusCode(403);
    var again = tab("signer", "correct horse");
    again.did("/settings/profile", "fullname", "S. <b>Igner</b>", "email", "s@example.org");
    assertThat(again.page("/settings")).contains("S. &lt;b&gt;Igner").doesNotContain("<b>Igner");
    with(token).get("/api/whoami-v2").then().body("email", equalTo("s@example.org"));
    again.did("/logout");
    again.browser().get("/settings").then().statusCode(303);
    signIn("signer", "correct horse", "//evil.example/")
        .then()
        .header("Location", not(containsString("evil")));
    signIn("signer", "correct horse", "https://evil.example/")
        .then()
        .header("Location", not(containsString("evil")));
  }

  @Test
  void guessingAPasswordIsSlowedDown() {
    HubClient.user("guessed", "WRITE");
    for (int i = 0; i < 10; i++) {
      signIn("guessed", "syn_" + i, "/").then().statusCode(403);
    }
    signIn("guessed", "syn_right", "/")
        .then()
        .statusCode(429)
        .body(containsString("try again in ten minutes"));
  }

  @Test
  void aReadTokenSignsNobodyIn() {
    String reader = HubClient.user("onlyreads", "READ");
    signIn("onlyreads", reader, "/").then().statusCode(403);
    String other = HubClient.user("writes", "WRITE");
    signIn("onlyreads", other, "/").then().statusCode(403);
  }

  /// Bad input: cross-site requests on forms.
  @Test
  void otherSitesCannotUseABrowserThatIsSignedIn() {
    String token = HubClient.user("victim", "WRITE");
    create(token, "victim/model");
    var tab = tab("victim", token);
    var forged = new Tab(tab.cookie(), "x".repeat(43));
    forged
        .send("/victim/model/settings", "visibility", "private", "gated", "", "discussions", "on")
        .then()
        .statusCode(403);
    tab.browser()
        .formParam("do", "comment")
        .post("/victim/model/discussions/1")
        .then()
        .statusCode(403);
    tab.browser()
        .header("Sec-Fetch-Site", "cross-site")
        .formParam("form", tab.key())
        .formParam("label", "theirs")
        .post("/settings/tokens")
        .then()
        .statusCode(403);
    tab.browser()
        .header("Sec-Fetch-Site", "cross-site")
        .formParam("name", "victim")
        .formParam("password", token)
        .post("/login")
        .then()
        .statusCode(403);
    given()
        .cookie(COOKIE, tab.cookie())
        .contentType("application/json")
        .body("{\"title\":\"By cookie\"}")
        .post("/api/models/victim/model/discussions")
        .then()
        .statusCode(401);
    given()
        .cookie(COOKIE, tab.cookie())
        .contentType("application/json")
        .body("{\"name\":\"model\"}")
        .delete("/api/repos/delete")
        .then()
        .statusCode(401);
    with(token).get("/api/models/victim/model").then().body("private", equalTo(false));
    with(token).get("/api/v1/users/victim/tokens").then().body("label", not(hasItem("theirs")));
    var other = tab("admin", adminToken());
    new Tab(tab.cookie(), other.key()).send("/settings/profile").then().statusCode(403);
  }

  @Test
  void peopleMakeSeeAndRevokeTokens() {
    String token = HubClient.user("holder", "WRITE");
    create(token, "holder/one");
    create(token, "holder/two");
    var tab = tab("holder", token);
    var reply =
        tab.send(
            "/settings/tokens",
            "label",
            "<i>laptop</i>",
            "role",
            "WRITE",
            "places",
            "holder/one",
            "days",
            "30");
    reply.then().statusCode(200).header("Cache-Control", equalTo("no-store"));
    var secret = Pattern.compile("syn_[A-Za-z0-9_-]{43}").matcher(reply.asString());
    assertThat(secret.find()).isTrue();
    String fresh = secret.group();
    assertThat(tab.page("/settings/tokens"))
        .contains("&lt;i&gt;laptop", "holder/one", "read and write")
        .doesNotContain(fresh, "<i>laptop");
    HubClient.commit(fresh, "holder/one", "main", header("Here"), file("a", "a"))
        .then()
        .statusCode(200);
    HubClient.commit(fresh, "holder/two", "main", header("There"), file("a", "a"))
        .then()
        .statusCode(403);
    var number = Pattern.compile("/settings/tokens/(\\d+)").matcher(tab.page("/settings/tokens"));
    int last = 0;
    while (number.find()) {
      last = Integer.parseInt(number.group(1));
    }
    tab("admin", adminToken()).send("/settings/tokens/" + last).then().statusCode(404);
    tab.did("/settings/tokens/" + last);
    HubClient.commit(fresh, "holder/one", "main", header("Gone"), file("b", "b"))
        .then()
        .statusCode(401)
        .header("X-Error-Message", equalTo("Invalid credentials in Authorization header"));
    tab.send("/settings/tokens", "label", "x", "places", "../etc").then().statusCode(400);
    tab.send("/settings/tokens", "label", "x", "days", "-3").then().statusCode(400);
  }

  @Test
  void peopleTalkAndWhatTheyWriteCannotAct() {
    String owner = HubClient.user("host", "WRITE");
    String guest = HubClient.user("guest", "WRITE");
    create(owner, "host/model");
    var host = tab("host", owner);
    var other = tab("guest", guest);
    String evil =
        "Hello <script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) **bold** <form action=/logout><button>b</button></form>";
    other
        .send(
            "/host/model/discussions/0",
            "do",
            "create",
            "title",
            "<b>Who</b> are you?",
            "text",
            evil)
        .then()
        .statusCode(303)
        .header("Location", containsString("/host/model/discussions/1"));
    String page = host.page("/host/model/discussions/1");
    assertThat(page)
        .contains("&lt;b&gt;Who&lt;/b&gt;", "<strong>bold</strong>")
        .doesNotContain("alert(1)<", "onerror", "javascript:", "<form action=/logout", "<b>Who");
    assertThat(
            anonymous().header("Accept", "text/html").get("/host/model/discussions/1").asString())
        .contains("Sign in</a> to take part")
        .doesNotContain("textarea");
    host.did("/host/model/discussions/1", "do", "comment", "text", "The host.");
    other
        .send("/host/model/discussions/1", "do", "hide", "comment", "999999")
        .then()
        .statusCode(404);
    other.did("/host/model/discussions/1", "do", "rename", "title", "Who are you?");
    host.did("/host/model/discussions/1", "do", "close", "text", "");
    assertThat(host.page("/host/model/discussions?which=closed")).contains("Who are you?");
    assertThat(host.page("/host/model/discussions")).contains("Nothing here yet");
    other.send("/host/model/discussions/1", "do", "merge", "text", "").then().statusCode(400);
    other.send("/host/model/discussions/1", "do", "explode").then().statusCode(400);
    other
        .send("/host/model/discussions/1", "do", "comment", "text", "x".repeat(70_000))
        .then()
        .statusCode(400);
    assertThat(
            given()
                .cookie(COOKIE, other.cookie())
                .contentType("application/x-www-form-urlencoded")
                .body("form=" + other.key() + "&do=comment&text=" + "x".repeat(6_000_000))
                .post("/host/model/discussions/1")
                .statusCode())
        .isIn(400, 413);
    int num =
        HubClient.with(guest)
            .contentType("application/x-ndjson")
            .body(
                (header("Propose <i>it</i>") + "\n" + file("README.md", "# Hi <script>\n"))
                    .getBytes(StandardCharsets.UTF_8))
            .post("/api/models/host/model/commit/main?create_pr=1")
            .then()
            .statusCode(200)
            .body("pullRequestUrl", containsString("/host/model/discussions/2"))
            .extract()
            .path("pullRequestUrl.length()");
    assertThat(num).isPositive();
    assertThat(host.page("/host/model/discussions/2"))
        .contains("+# Hi &lt;script&gt;", "value=\"merge\"", "Propose &lt;i&gt;it");
    assertThat(other.page("/host/model/discussions/2")).doesNotContain("value=\"merge\"");
    other.send("/host/model/discussions/2", "do", "merge", "text", "").then().statusCode(403);
    host.did("/host/model/discussions/2", "do", "merge", "text", "Thanks");
    assertThat(host.page("/host/model/discussions/2")).contains(">merged<", "merged this");
    with(owner).get("/host/model/raw/main/README.md").then().body(startsWith("# Hi"));
    host.did("/host/model/settings", "visibility", "public", "gated", "");
    host.browser().get("/host/model/discussions").then().statusCode(404);
    other
        .send("/host/model/discussions/1", "do", "comment", "text", "Still?")
        .then()
        .statusCode(403);
  }

  /// R-19, on pages.
  @Test
  void peopleAskForFilesAndOwnersDecide() {
    String owner = HubClient.user("keeps", "WRITE");
    String asker = HubClient.user("asks", "WRITE");
    create(owner, "keeps/gated");
    committed(
        owner,
        "keeps/gated",
        header("Fill"),
        file(
            "README.md",
            "---\nlicense: mit\nextra_gated_prompt: \"Be **careful** <script>x</script>\"\nextra_gated_fields:\n  Affiliation: text\n  I agree: checkbox\n---\n# Gated\n"),
        file("notes.txt", "inside"));
    var keeps = tab("keeps", owner);
    var asks = tab("asks", asker);
    asks.send("/keeps/gated/settings", "visibility", "public", "gated", "manual")
        .then()
        .statusCode(403);
    keeps.did(
        "/keeps/gated/settings", "visibility", "public", "gated", "manual", "discussions", "on");
    assertThat(asks.page("/keeps/gated")).contains("Gated: its files", "<h2>Gated</h2>");
    asks.browser().get("/keeps/gated/blob/main/notes.txt").then().statusCode(403);
    asks.browser()
        .get("/keeps/gated/resolve/main/notes.txt")
        .then()
        .statusCode(403)
        .header("X-Error-Code", "GatedRepo");
    asks.browser()
        .get("/keeps/gated/raw/main/notes.txt")
        .then()
        .statusCode(403)
        .header("X-Error-Code", "GatedRepo");
    anonymous()
        .get("/keeps/gated/resolve/main/notes.txt")
        .then()
        .statusCode(401)
        .header("X-Error-Code", "GatedRepo");
    anonymous().get("/keeps/gated/resolve/main/README.md").then().statusCode(200);
    assertThat(asks.page("/keeps/gated/access"))
        .contains("Be <strong>careful</strong>", "name=\"Affiliation\"", "type=\"checkbox\"")
        .doesNotContain("<script>x");
    asks.did("/keeps/gated/ask-access", "Affiliation", "<b>A lab</b>", "I agree", "yes");
    assertThat(asks.page("/keeps/gated/access")).contains("waits for an answer");
    assertThat(keeps.page("/keeps/gated/settings"))
        .contains("&lt;b&gt;A lab", "value=\"accepted\"");
    keeps.did("/keeps/gated/settings/access", "user", "asks", "do", "accepted");
    asks.browser()
        .get("/keeps/gated/resolve/main/notes.txt")
        .then()
        .statusCode(200)
        .body(equalTo("inside"));
    assertThat(asks.page("/keeps/gated/access")).contains("You have access");
    keeps.did("/keeps/gated/settings/access", "user", "asks", "do", "rejected");
    asks.browser().get("/keeps/gated/blob/main/notes.txt").then().statusCode(403);
    asks.send("/keeps/gated/ask-access", "Affiliation", "x".repeat(20_000)).then().statusCode(303);
    assertThat(asks.page("/keeps/gated/access")).contains("was rejected");
  }

  @Test
  void gatedContentIsNotTakenOverByItsHash() {
    String owner = HubClient.user("vault", "WRITE");
    String thief = HubClient.user("thief", "WRITE");
    create(owner, "vault/model");
    create(thief, "thief/model");
    byte[] weights = HubClient.bytes(50_000, 77);
    String oid = HubClient.upload(owner, "vault/model", weights);
    committed(
        owner, "vault/model", header("Weights"), HubClient.large("model.pt", oid, weights.length));
    with(owner)
        .contentType("application/json")
        .body("{\"gated\":\"manual\"}")
        .put("/api/models/vault/model/settings")
        .then()
        .statusCode(200)
        .body("gated", equalTo("manual"));
    HubClient.commit(
            thief,
            "thief/model",
            "main",
            header("Mine"),
            HubClient.large("model.pt", oid, weights.length))
        .then()
        .statusCode(400);
    HubClient.batch(thief, "thief/model", java.util.List.of("basic"), oid, weights.length)
        .then()
        .body("objects[0]", org.hamcrest.Matchers.hasKey("actions"));
    with(thief)
        .contentType("application/vnd.git-lfs+json")
        .body(
            "{\"operation\":\"download\",\"objects\":[{\"oid\":\"%s\",\"size\":50000}]}"
                .formatted(oid)
                .getBytes(StandardCharsets.UTF_8))
        .post("/vault/model.git/info/lfs/objects/batch")
        .then()
        .statusCode(403)
        .header("X-Error-Code", "GatedRepo");
    with(owner)
        .contentType("application/json")
        .body("{\"gated\":\"sometimes\"}")
        .put("/api/models/vault/model/settings")
        .then()
        .statusCode(400);
  }

  @Test
  void organisationsAndUsersHavePagesAndNamesThatWork() {
    String token = HubClient.user("founder", "WRITE");
    HubClient.user("joiner", "WRITE");
    var tab = tab("founder", token);
    tab.send("/settings/organizations", "name", "the-lab", "fullname", "The <i>Lab</i>")
        .then()
        .statusCode(303)
        .header("Location", containsString("/the-lab"));
    for (var odd :
        new String[] {"api", "Login", "a--b", "../x", "a b", "-x", "", "founder", "the-lab"}) {
      int status = tab.send("/settings/organizations", "name", odd).statusCode();
      assertThat(status).as(odd).isIn(400, 409);
    }
    create(token, "the-lab/model");
    tab.did("/the-lab/-/members", "user", "joiner", "role", "write");
    assertThat(tab.page("/the-lab"))
        .contains("The &lt;i&gt;Lab", "joiner", "the-lab/</span>", "Add a member");
    tab.did("/the-lab/-/details", "fullname", "The Lab", "details", "Maps <b>every</b> cell");
    assertThat(tab.page("/the-lab")).contains("Maps &lt;b&gt;every", "<textarea");
    assertThat(anonymous().get("/the-lab").asString())
        .contains("joiner", "Maps &lt;b&gt;every")
        .doesNotContain("Add a member", "<textarea");
    assertThat(anonymous().get("/joiner").asString()).contains("the-lab", "No models yet");
    tab.send("/the-lab/-/members", "user", "founder", "role", "none").then().statusCode(400);
    tab.send("/the-lab/-/members", "user", "joiner", "role", "king").then().statusCode(400);
    tab.did("/the-lab/-/members", "user", "joiner", "role", "none");
    tab(
            "joiner",
            HubClient.admin()
                .contentType("application/json")
                .body(Map.of("label", "t", "role", "WRITE"))
                .post("/api/v1/users/joiner/tokens")
                .path("token"))
        .send("/the-lab/-/members", "user", "joiner", "role", "admin")
        .then()
        .statusCode(403);
    tab.send("/no-such-lab/-/details", "details", "x").then().statusCode(404);
    anonymous().header("Accept", "text/html").get("/no-such-owner").then().statusCode(404);
  }
}
