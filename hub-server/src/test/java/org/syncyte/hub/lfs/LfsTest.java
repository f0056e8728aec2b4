package org.syncyte.hub.lfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.batch;
import static org.syncyte.hub.HubClient.bytes;
import static org.syncyte.hub.HubClient.commit;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.large;
import static org.syncyte.hub.HubClient.sha256;
import static org.syncyte.hub.HubClient.upload;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class LfsTest {
  private static int count;
  private final String repo = "lfs/repo" + count++;

  private static String href(Response batch, String action) {
    return batch.then().statusCode(200).extract().path("objects[0].actions." + action + ".href");
  }

  @Test
  void wrongHashIsRefusedAndNothingStays() {
    create(adminToken(), repo);
    byte[] promised = bytes(5000, count);
    String put =
        href(batch(adminToken(), repo, List.of("basic"), sha256(promised), 5000), "upload");
    byte[] other = bytes(5000, 1000 + count);
    anonymous().body(other).put(put).then().statusCode(400);
    anonymous().body(Arrays.copyOf(promised, 4999)).put(put).then().statusCode(400);
    anonymous().body(Arrays.copyOf(promised, 5001)).put(put).then().statusCode(413);
    assertThat(HubClient.files("incoming")).isZero();
    commit(adminToken(), repo, "main", header("No"), large("model.pt", sha256(promised), 5000))
        .then()
        .statusCode(400);
    anonymous().body(promised).put(put).then().statusCode(200);
    anonymous().body(promised).put(put).then().statusCode(200);
    committed(adminToken(), repo, header("Yes"), large("model.pt", sha256(promised), 5000));
  }

  @Test
  void signatureIsGoodForOneContentOnly() {
    create(adminToken(), repo);
    byte[] one = bytes(100, 7);
    byte[] two = bytes(100, 8);
    String put = href(batch(adminToken(), repo, List.of("basic"), sha256(one), 100), "upload");
    anonymous().body(two).put(put.replace(sha256(one), sha256(two))).then().statusCode(403);
    anonymous()
        .body(one)
        .put(put.replaceAll("expires=\\d+", "expires=99999999999"))
        .then()
        .statusCode(403);
    anonymous().body(one).put(put.replaceAll("repo=\\d+", "repo=1")).then().statusCode(403);
  }

  @Test
  void verifyTellsWhetherTheObjectIsThere() {
    create(adminToken(), repo);
    byte[] content = bytes(300, 20 + count);
    var batch = batch(adminToken(), repo, List.of("basic"), sha256(content), 300);
    Map<String, Object> body = Map.of("oid", sha256(content), "size", 300);
    with(adminToken())
        .contentType("application/vnd.git-lfs+json")
        .body(json(body))
        .post(href(batch, "verify"))
        .then()
        .statusCode(404);
    anonymous().body(content).put(href(batch, "upload")).then().statusCode(200);
    with(adminToken())
        .contentType("application/vnd.git-lfs+json")
        .body(json(body))
        .post(href(batch, "verify"))
        .then()
        .statusCode(200);
    batch(adminToken(), repo, List.of("basic"), sha256(content), 300)
        .then()
        .body("objects[0].actions", nullValue());
  }

  private static byte[] json(Map<String, Object> body) {
    return ("{\"oid\":\"" + body.get("oid") + "\",\"size\":" + body.get("size") + "}")
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void partsArriveInAnyOrderAndAMissingOneIsNamed() {
    create(adminToken(), repo);
    byte[] content = bytes(250_000, 30 + count);
    String oid = sha256(content);
    var batch = batch(adminToken(), repo, List.of("basic", "multipart"), oid, content.length);
    batch
        .then()
        .body("transfer", equalTo("multipart"))
        .body("objects[0].actions.upload.header.chunk_size", equalTo("100000"));
    Map<String, String> header = batch.path("objects[0].actions.upload.header");
    assertThat(header.keySet()).containsExactlyInAnyOrder("chunk_size", "00001", "00002", "00003");
    String complete = href(batch, "upload");
    put(header, 3, Arrays.copyOfRange(content, 200_000, 250_000));
    put(header, 1, Arrays.copyOfRange(content, 0, 100_000));
    anonymous()
        .post(complete)
        .then()
        .statusCode(400)
        .body("error", equalTo("parts are missing: [2]"));
    put(header, 2, Arrays.copyOfRange(content, 100_000, 200_000));
    anonymous().post(complete).then().statusCode(200);
    anonymous().post(complete).then().statusCode(200);
    assertThat(HubClient.files("parts")).isZero();
    committed(adminToken(), repo, header("Add"), large("model.pt", oid, content.length));
    assertThat(anonymous().get("/" + repo + "/resolve/main/model.pt").asByteArray())
        .isEqualTo(content);
  }

  private static void put(Map<String, String> header, int part, byte[] bytes) {
    String etag =
        anonymous()
            .body(bytes)
            .put(header.get("0000" + part))
            .then()
            .statusCode(200)
            .extract()
            .header("ETag");
    assertThat(etag).isEqualTo("\"" + sha256(bytes) + "\"");
  }

  @Test
  void knowingAHashDoesNotGiveAccessToPrivateContent() {
    String owner = HubClient.user("owner" + count, "WRITE");
    String thief = HubClient.user("thief" + count, "WRITE");
    create(owner, "owner" + count + "/private", true);
    byte[] secret = bytes(400, 40 + count);
    String oid = upload(owner, "owner" + count + "/private", secret);
    create(thief, "thief" + count + "/copy");
    String answer =
        href(batch(thief, "thief" + count + "/copy", List.of("basic"), oid, 400), "upload");
    assertThat(answer).as("the thief must bring the bytes").isNotNull();
    commit(thief, "thief" + count + "/copy", "main", header("Steal"), large("x.bin", oid, 400))
        .then()
        .statusCode(400);
    batch(thief, "owner" + count + "/private", List.of("basic"), oid, 400)
        .then()
        .statusCode(404)
        .header("X-Error-Code", "RepoNotFound");
    String pointer =
        "version https://git-lfs.github.com/spec/v1\\noid sha256:" + oid + "\\nsize 400\\n";
    committed(
        thief,
        "thief" + count + "/copy",
        header("Pointer"),
        HubClient.file("x.bin", pointer.replace("\\n", "\n")));
    anonymous()
        .get("/thief" + count + "/copy/resolve/main/x.bin")
        .then()
        .body(equalTo(pointer.replace("\\n", "\n")));
  }

  @Test
  void contentOfAReadableRepositoryNeedNotBeSentAgain() {
    create(adminToken(), repo);
    byte[] content = bytes(400, 50 + count);
    String oid = upload(adminToken(), repo, content);
    create(adminToken(), repo + "b");
    batch(adminToken(), repo + "b", List.of("basic"), oid, 400)
        .then()
        .statusCode(200)
        .body("objects[0].actions", nullValue());
    committed(adminToken(), repo + "b", header("Reuse"), large("x.bin", oid, 400));
  }
}
