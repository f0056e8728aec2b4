package org.syncyte.hub.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.bytes;
import static org.syncyte.hub.HubClient.sha256;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
class FedBlobTest {
  private static final int PART = FedBlobRoutes.PART;
  private final byte[] content = bytes(PART + 1000, 99);
  private final byte[] tail = Arrays.copyOfRange(content, PART, content.length);

  private static String blob(String federation, byte[] content) {
    return "/api/v1/fed/" + federation + "/blobs/" + sha256(content);
  }

  @Test
  void uploadResumesAfterAnyFinishedPart() {
    String path = blob("resume", content);
    with(adminToken())
        .header("X-Part-Sha256", sha256(tail))
        .body(tail)
        .put(path + "/parts/1")
        .then()
        .statusCode(200);
    with(adminToken()).head(path).then().statusCode(404).header("X-Parts-Present", "1");
    commit(path, content.length).statusCode(409).body("missing", equalTo(List.of(0)));
    with(adminToken())
        .body(Arrays.copyOf(content, PART))
        .put(path + "/parts/0")
        .then()
        .statusCode(200);
    commit(path, content.length).statusCode(200).body("length", equalTo(content.length));
    commit(path, content.length).statusCode(200);
    with(adminToken())
        .head(path)
        .then()
        .statusCode(200)
        .header("Content-Length", Integer.toString(content.length));
    assertThat(with(adminToken()).get(path).asByteArray()).isEqualTo(content);
    byte[] rest =
        with(adminToken())
            .header("Range", "bytes=" + PART + "-")
            .get(path)
            .then()
            .statusCode(206)
            .extract()
            .asByteArray();
    assertThat(rest).isEqualTo(tail);
  }

  private static io.restassured.response.ValidatableResponse commit(String path, long length) {
    return with(adminToken())
        .contentType("application/json")
        .body("{\"length\":" + length + "}")
        .post(path + "/commit")
        .then();
  }

  @Test
  void corruptPartAndWrongWholeAreRefused() {
    byte[] small = bytes(500, 5);
    String path = blob("corrupt", small);
    with(adminToken())
        .header("X-Part-Sha256", sha256(small))
        .body(bytes(500, 6))
        .put(path + "/parts/0")
        .then()
        .statusCode(400);
    with(adminToken()).head(path).then().header("X-Parts-Present", "");
    with(adminToken()).body(bytes(500, 6)).put(path + "/parts/0").then().statusCode(200);
    commit(path, 500).statusCode(400);
    with(adminToken()).get(path).then().statusCode(404);
    with(adminToken()).body(small).put(path + "/parts/0").then().statusCode(200);
    commit(path, 500).statusCode(200);
  }

  @Test
  void partsAboveFourMebibytesAreRefused() {
    with(adminToken()).body(content).put(blob("big", content) + "/parts/0").then().statusCode(413);
  }

  @Test
  void tokenRoleAndFederationDecideAccess() {
    byte[] small = bytes(50, 12);
    String path = blob("rights", small);
    String reader = HubClient.user("fedreader", "READ");
    anonymous().body(small).put(path + "/parts/0").then().statusCode(401);
    with(reader).body(small).put(path + "/parts/0").then().statusCode(403);
    with(adminToken()).body(small).put(path + "/parts/0").then().statusCode(200);
    commit(path, 50).statusCode(200);
    with(reader).get(path).then().statusCode(200);
    anonymous().get(path).then().statusCode(401);
    with(reader).get(blob("elsewhere", small)).then().statusCode(404);
    with(reader).get("/api/v1/fed/..%2Fx/blobs/" + sha256(small)).then().statusCode(400);
  }
}
