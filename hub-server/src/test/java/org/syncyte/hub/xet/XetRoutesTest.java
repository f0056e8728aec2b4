package org.syncyte.hub.xet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.commit;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.large;
import static org.syncyte.hub.HubClient.sha256;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class XetRoutesTest {
  private static int count;
  private final int number = ++count;
  private final String repo = "chunked/repo" + number;

  private record Cas(String url, String token) {
    Response xorb(Samples.Sample xorb) {
      return xorb(xorb.hash(), xorb.bytes());
    }

    Response xorb(XetHash name, byte[] bytes) {
      return with(token).body(bytes).post(url + "/v1/xorbs/default/" + name);
    }

    Response shard(byte[] bytes) {
      return with(token).body(bytes).post(url + "/v2/shards");
    }
  }

  private static Cas cas(String token, String repo) {
    var reply =
        with(token)
            .get("/api/models/" + repo + "/xet-write-token/main")
            .then()
            .statusCode(200)
            .extract();
    assertThat(reply.header("X-Xet-Access-Token")).isEqualTo(reply.path("accessToken"));
    assertThat(reply.header("X-Xet-Cas-Url")).isEqualTo(reply.path("casUrl"));
    assertThat(reply.header("X-Xet-Token-Expiration")).matches("\\d{10}");
    return new Cas(reply.path("casUrl"), reply.path("accessToken"));
  }

  private static Shard.Segment all(Samples.Sample xorb) {
    return new Shard.Segment(xorb.hash(), xorb.content().length, 0, xorb.chunks().size());
  }

  private Samples.Sample sample(int which) {
    return Samples.xorb(Samples.chunks(20, 100L * number + which));
  }

  @Test
  void aFileBuiltFromChunksIsAFileLikeAnyOther() {
    create(adminToken(), repo);
    var cas = cas(adminToken(), repo);
    var one = sample(1);
    var two = sample(2);
    with(cas.token()).get(cas.url() + "/v1/chunks/default/" + one.hash()).then().statusCode(404);
    cas.xorb(one).then().statusCode(200).body("was_inserted", equalTo(true));
    cas.xorb(one).then().statusCode(200).body("was_inserted", equalTo(false));
    cas.xorb(two).then().statusCode(200);
    byte[] middle = Samples.join(two.chunks().subList(3, 9));
    byte[] content = Samples.join(java.util.List.of(one.content(), middle, one.content()));
    byte[] shard =
        Samples.shard(
            sha256(content),
            all(one),
            new Shard.Segment(two.hash(), middle.length, 3, 9),
            all(one));
    commit(
            adminToken(),
            repo,
            "main",
            header("Early"),
            large("m.pt", sha256(content), content.length))
        .then()
        .statusCode(400);
    cas.shard(shard)
        .then()
        .statusCode(200)
        .contentType("application/x-ndjson")
        .body(containsString("{\"type\":\"result\"}"));
    with(cas.token())
        .body(shard)
        .post(cas.url() + "/v1/shards")
        .then()
        .statusCode(200)
        .body("result", equalTo(0));
    committed(adminToken(), repo, header("Add"), large("m.pt", sha256(content), content.length));
    assertThat(anonymous().get("/" + repo + "/resolve/main/m.pt").asByteArray()).isEqualTo(content);
  }

  @Test
  void whatIsNotTheDeclaredContentIsRefusedInWords() {
    create(adminToken(), repo);
    var cas = cas(adminToken(), repo);
    var xorb = sample(1);
    String right = sha256(xorb.content());
    cas.xorb(sample(2).hash(), xorb.bytes()).then().statusCode(400);
    cas.xorb(xorb.hash(), Arrays.copyOf(xorb.bytes(), xorb.bytes().length - 1))
        .then()
        .statusCode(400);
    refused(cas.shard(Samples.shard(right, all(xorb))), "unknown xorb " + xorb.hash());
    cas.xorb(xorb).then().statusCode(200);
    refused(cas.shard(Samples.shard("ab".repeat(32), all(xorb))), "has SHA-256 " + right);
    byte[] good = Samples.shard(right, all(xorb));
    refused(cas.shard(Arrays.copyOf(good, good.length - 40)), "cut off");
    refused(cas.shard(new byte[0]), "cut off");
    refused(cas.shard(Samples.shard(right, new Shard.Segment(xorb.hash(), 9, 0, 21))), "chunk 21");
    refused(
        cas.shard(Samples.shard(right, new Shard.Segment(xorb.hash(), 9, 0, 20))),
        "more than the 9 bytes");
    refused(
        cas.shard(
            Samples.shard(right, new Shard.Segment(xorb.hash(), xorb.content().length + 1, 0, 20))),
        "declares");
    var huge = new Shard.Segment(xorb.hash(), 4_000_000_000L, 0, 20);
    var many = new Shard.Segment[20];
    Arrays.fill(many, huge);
    refused(cas.shard(Samples.shard(right, many)), "is larger than");
    assertThat(HubClient.files("incoming")).isZero();
    assertThat(HubClient.files("xet/incoming")).isZero();
    with(cas.token()).body(new byte[3]).post(cas.url() + "/v1/shards").then().statusCode(400);
    commit(adminToken(), repo, "main", header("No"), large("m.pt", right, xorb.content().length))
        .then()
        .statusCode(400);
  }

  private static void refused(Response reply, String reason) {
    reply
        .then()
        .statusCode(200)
        .body(containsString("\"type\":\"error\""))
        .body(containsString(reason))
        .body(containsString("\"retryable\":false"))
        .body(not(containsString("\"result\"")));
  }

  @Test
  void knowingTheNameOfAXorbDoesNotGiveItsContent() {
    String owner = HubClient.user("xowner" + number, "WRITE");
    String thief = HubClient.user("xthief" + number, "WRITE");
    String hidden = "xowner" + number + "/hidden";
    create(owner, hidden, true);
    create(thief, "xthief" + number + "/copy");
    var xorb = sample(1);
    byte[] shard = Samples.shard(sha256(xorb.content()), all(xorb));
    var theirs = cas(owner, hidden);
    theirs.xorb(xorb).then().statusCode(200);
    theirs.shard(shard).then().body(containsString("result"));
    var cas = cas(thief, "xthief" + number + "/copy");
    refused(cas.shard(shard), "unknown xorb");
    cas.xorb(xorb).then().statusCode(200).body("was_inserted", equalTo(true));
    cas.shard(shard).then().body(containsString("\"result\""));
    with(thief)
        .get("/api/models/" + hidden + "/xet-write-token/main")
        .then()
        .statusCode(404)
        .header("X-Error-Code", "RepoNotFound");
  }

  @Test
  void whoReadsARepositoryMayReuseItsXorbs() {
    String reader = HubClient.user("xreader" + number, "WRITE");
    create(adminToken(), repo);
    create(reader, "xreader" + number + "/mine");
    var xorb = sample(1);
    byte[] shard = Samples.shard(sha256(xorb.content()), all(xorb));
    var first = cas(adminToken(), repo);
    first.xorb(xorb).then().statusCode(200);
    first.shard(shard).then().body(containsString("\"result\""));
    byte[] tail = Samples.join(xorb.chunks().subList(5, 20));
    cas(reader, "xreader" + number + "/mine")
        .shard(Samples.shard(sha256(tail), new Shard.Segment(xorb.hash(), tail.length, 5, 20)))
        .then()
        .body(containsString("\"result\""));
  }

  @Test
  void tokensAreForOneRepositoryAndOneHour() {
    String writer = HubClient.user("xwriter" + number, "WRITE");
    String repo = "xwriter" + number + "/own";
    create(writer, repo);
    var cas = cas(writer, repo);
    var xorb = sample(1);
    anonymous()
        .body(xorb.bytes())
        .post(cas.url() + "/v1/xorbs/default/" + xorb.hash())
        .then()
        .statusCode(401);
    var parts = cas.token().split("\\.");
    String forged =
        java.util.Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                new String(
                        java.util.Base64.getUrlDecoder().decode(parts[1]),
                        java.nio.charset.StandardCharsets.UTF_8)
                    .replace("WRITE", "ADMIN")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    new Cas(cas.url(), parts[0] + "." + forged + "." + parts[2]).xorb(xorb).then().statusCode(401);
    new Cas(cas.url(), writer).xorb(xorb).then().statusCode(401);
    new Cas(cas.url() + "0", cas.token()).xorb(xorb).then().statusCode(404);
    String reader = HubClient.user("xweak" + number, "READ");
    with(reader).get("/api/models/" + repo + "/xet-write-token/main").then().statusCode(403);
    anonymous().get("/api/models/" + repo + "/xet-write-token/main").then().statusCode(401);
    HubClient.admin().delete("/api/v1/users/xwriter" + number).then().statusCode(204);
    cas.xorb(xorb).then().statusCode(401);
  }

  @Test
  void aShardSentAgainRepairsWhatACrashLeft() throws IOException {
    create(adminToken(), repo);
    var cas = cas(adminToken(), repo);
    var xorb = sample(1);
    byte[] content = xorb.content();
    byte[] shard = Samples.shard(sha256(content), all(xorb));
    cas.xorb(xorb).then().statusCode(200);
    cas.shard(shard).then().body(containsString("\"result\""));
    String oid = sha256(content);
    Path blob =
        HubClient.directory()
            .resolve("blobs")
            .resolve(oid.substring(0, 2))
            .resolve(oid.substring(2, 4))
            .resolve(oid);
    Files.delete(blob);
    cas.shard(shard).then().body(containsString("\"result\""));
    assertThat(Files.readAllBytes(blob)).isEqualTo(content);
    committed(adminToken(), repo, header("Add"), large("m.pt", oid, content.length));
  }

  @Inject
  @SuppressWarnings("NullAway.Init")
  Xorbs xorbs;

  @Test
  void xorbsGoWhenNoClientCanRememberThemAndFilesStay() {
    create(adminToken(), repo);
    var cas = cas(adminToken(), repo);
    var xorb = sample(1);
    byte[] content = xorb.content();
    byte[] shard = Samples.shard(sha256(content), all(xorb));
    cas.xorb(xorb).then().statusCode(200);
    cas.shard(shard).then().body(containsString("\"result\""));
    committed(adminToken(), repo, header("Add"), large("m.pt", sha256(content), content.length));
    assertThat(xorbs.sweep(Instant.now().plus(Duration.ofDays(29)))).isZero();
    assertThat(xorbs.sweep(Instant.now().plus(Duration.ofDays(31)))).isPositive();
    assertThat(HubClient.files("xet/blobs")).isZero();
    refused(cas.shard(shard), "unknown xorb");
    assertThat(anonymous().get("/" + repo + "/resolve/main/m.pt").asByteArray()).isEqualTo(content);
    cas.xorb(xorb).then().statusCode(200).body("was_inserted", equalTo(true));
    cas.shard(shard).then().body(containsString("\"result\""));
  }
}
