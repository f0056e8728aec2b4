package org.syncyte.hub.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.bytes;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

/// What stock clients do not send when all is well: chunks of each kind, and forged requests.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
@SuppressWarnings("NullAway.Init")
class S3RoutesTest {
  private static int count;

  @TestHTTPResource("/")
  URI address;

  private String name;
  private String token;
  private int number;
  private S3Signer signer;

  @BeforeEach
  void user() {
    name = "s3routes" + count++;
    token = HubClient.user(name, "WRITE");
    number = with(token).get("/api/v1/users/" + name + "/tokens").then().extract().path("[0].id");
    signer = new S3Signer(Integer.toString(number), token, address.getAuthority());
  }

  private String path(String file) {
    return "/s3/" + name + "/repo/" + file;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void takesUnsignedChunksWithTheirChecksumAfterwards() {
    var headers =
        Map.of(
            "x-amz-content-sha256",
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "x-amz-decoded-content-length",
            "5",
            "x-amz-trailer",
            "x-amz-checksum-crc32");
    String body = "3\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32:hYfYZQ==\r\n\r\n";
    signer.send("PUT", path("a.txt"), headers, utf8(body)).then().statusCode(200);
    signer
        .send("GET", path("a.txt"), Map.of(), new byte[0])
        .then()
        .statusCode(200)
        .body(containsString("abcde"));
    signer
        .send("PUT", path("b.txt"), headers, utf8(body.replace("hYf", "hYg")))
        .then()
        .statusCode(400)
        .body(containsString("<Code>BadDigest</Code>"));
    signer
        .send("PUT", path("b.txt"), headers, utf8(body.replace("2\r\nde\r\n", "")))
        .then()
        .statusCode(400)
        .body(containsString("<Code>IncompleteBody</Code>"));
    signer.send("HEAD", path("b.txt"), Map.of(), new byte[0]).then().statusCode(404);
    assertThat(HubClient.files("incoming")).isZero();
  }

  @Test
  void takesSignedChunksAndNoChangedOnes() {
    byte[] content = bytes(300_001, 3);
    signer.sendChunked(path("model.pt"), content, 65_536, false).then().statusCode(200);
    assertThat(
            signer
                .send("GET", path("model.pt"), Map.of(), new byte[0])
                .then()
                .statusCode(200)
                .extract()
                .asByteArray())
        .isEqualTo(content);
    signer
        .sendChunked(path("forged.pt"), content, 65_536, true)
        .then()
        .statusCode(403)
        .body(containsString("<Code>SignatureDoesNotMatch</Code>"));
    signer.send("HEAD", path("forged.pt"), Map.of(), new byte[0]).then().statusCode(404);
  }

  @Test
  void refusesABodyThatIsNotTheSignedOne() {
    var headers = Map.of("x-amz-content-sha256", HubClient.sha256(utf8("signed")));
    signer
        .send("PUT", path("a.txt"), headers, utf8("forged"))
        .then()
        .statusCode(400)
        .body(containsString("XAmzContentSHA256Mismatch"));
    signer.send("PUT", path("a.txt"), headers, utf8("signed")).then().statusCode(200);
  }

  @Test
  void refusesOldRequestsAndRevokedTokens() {
    signer.send("PUT", path("a.txt"), Map.of(), utf8("a")).then().statusCode(200);
    signer
        .send("GET", path("a.txt"), Map.of(), new byte[0], Instant.now().minusSeconds(1000))
        .response()
        .then()
        .statusCode(403)
        .body(containsString("RequestTimeTooSkewed"));
    with(token).delete("/api/v1/users/" + name + "/tokens/" + number).then().statusCode(204);
    signer
        .send("GET", path("a.txt"), Map.of(), new byte[0])
        .then()
        .statusCode(403)
        .body(containsString("InvalidAccessKeyId"));
  }

  @Test
  void strangersReadWhatIsPublicAndNothingElse() {
    String open = "s3open" + count + "/repo";
    create(adminToken(), open);
    committed(adminToken(), open, header("Add"), file("a.txt", "public"));
    create(adminToken(), "s3open" + count + "/hidden", true);
    anonymous().get("/s3/" + open + "/a.txt").then().statusCode(200);
    anonymous().head("/s3/" + open + "/none.txt").then().statusCode(404);
    anonymous().get("/s3/s3open" + count + "/hidden/.gitattributes").then().statusCode(403);
    String listed =
        anonymous().get("/s3/s3open" + count + "?list-type=2").then().extract().asString();
    assertThat(listed).contains("<Key>repo/a.txt</Key>").doesNotContain("hidden");
    signer
        .send("PUT", "/s3/" + open + "/b.txt", Map.of(), utf8("b"))
        .then()
        .statusCode(403)
        .body(containsString("AccessDenied"));
  }

  @Test
  void hostileListsAreRefused() {
    String bomb =
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
            + "<Delete><Object><Key>&a;</Key></Object></Delete>";
    signer.send("POST", "/s3/" + name + "?delete", Map.of(), utf8(bomb)).then().statusCode(400);
    signer
        .send("POST", "/s3/" + name + "?delete", Map.of(), utf8("<Delete><Object>"))
        .then()
        .statusCode(400)
        .body(containsString("MalformedXML"));
    anonymous().get("/s3/" + name + "/repo/%ff").then().statusCode(400);
  }
}
