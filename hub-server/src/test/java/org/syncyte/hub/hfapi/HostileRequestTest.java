package org.syncyte.hub.hfapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.syncyte.hub.HubClient.adminToken;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.bytes;
import static org.syncyte.hub.HubClient.committed;
import static org.syncyte.hub.HubClient.create;
import static org.syncyte.hub.HubClient.file;
import static org.syncyte.hub.HubClient.header;
import static org.syncyte.hub.HubClient.large;
import static org.syncyte.hub.HubClient.sha256;
import static org.syncyte.hub.HubClient.upload;
import static org.syncyte.hub.HubClient.with;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

/// Requests that no stock client sends: refused in words, and nothing is kept of them.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
@SuppressWarnings("NullAway.Init")
class HostileRequestTest {
  private static int count;
  private final String repo = "hostile/repo" + count++;

  @TestHTTPResource("/")
  URI address;

  /// The first line of the reply to these bytes.
  private String raw(String request) throws IOException {
    try (var socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      var reply = new java.io.ByteArrayOutputStream();
      for (int c = socket.getInputStream().read();
          c >= 0 && c != '\n';
          c = socket.getInputStream().read()) {
        reply.write(c);
      }
      return reply.toString(StandardCharsets.ISO_8859_1).strip();
    }
  }

  @Test
  void overlongHeadersAndAddressesEndTheRequest() throws IOException {
    String long1 = "x".repeat(40_000);
    assertThat(raw("GET /api/models HTTP/1.1\r\nHost: h\r\nX-Long: " + long1 + "\r\n\r\n"))
        .contains(" 431 ");
    assertThat(raw("GET /api/models?search=" + long1 + " HTTP/1.1\r\nHost: h\r\n\r\n"))
        .contains(" 414 ");
    assertThat(raw("GET /api/models HTTP/1.1\r\nHost: h\r\n\r\n")).contains(" 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%2e%2e/%2e%2e/etc/passwd",
        "/../../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%252e%252e/passwd",
        "/a%00b",
        "/.git/config"
      })
  void noPathLeadsOutOfARepository(String path) throws IOException {
    create(adminToken(), repo);
    for (String route : new String[] {"/resolve/main", "/raw/main"}) {
      assertThat(
              raw(
                  "GET /"
                      + repo
                      + route
                      + path
                      + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
          .containsAnyOf(" 400 ", " 401 ", " 404 ");
    }
    assertThat(raw("GET /s3/" + repo + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .containsAnyOf(" 400 ", " 401 ", " 403 ", " 404 ");
  }

  @Test
  void hiddenContentCannotBeCopiedByAddressOrHash() {
    String hidden = repo + "-hidden";
    create(adminToken(), hidden, true);
    byte[] secret = bytes(5000, 77);
    String oid = upload(adminToken(), hidden, secret);
    committed(adminToken(), hidden, header("Add"), large("secret.pt", oid, secret.length));
    String thief = HubClient.user("thief" + count, "WRITE");
    String theirs = "thief" + count + "/repo";
    create(thief, theirs);
    with(thief)
        .header("x-amz-copy-source", "/" + hidden + "/secret.pt")
        .put("/s3/" + theirs + "/stolen.pt")
        .then()
        .statusCode(404);
    HubClient.commit(thief, theirs, "main", header("Steal"), large("stolen.pt", oid, secret.length))
        .then()
        .statusCode(400);
    assertThat(
            HubClient.batch(thief, theirs, java.util.List.of("basic"), oid, secret.length)
                .then()
                .statusCode(200)
                .extract()
                .<Object>path("objects[0].actions"))
        .as("the hub asks for the bytes")
        .isNotNull();
    with(thief).get("/" + theirs + "/resolve/main/stolen.pt").then().statusCode(404);
  }

  /// A listing and the headers of a download come from the database alone.
  @Test
  void headDoesNotTouchTheFile() throws IOException {
    create(adminToken(), repo);
    byte[] content = bytes(3000, 78);
    String oid = upload(adminToken(), repo, content);
    committed(adminToken(), repo, header("Add"), large("m.h5ad", oid, 3000), file("a.txt", "a"));
    Files.delete(
        HubClient.directory()
            .resolve("blobs")
            .resolve(oid.substring(0, 2))
            .resolve(oid.substring(2, 4))
            .resolve(oid));
    anonymous().head("/" + repo + "/resolve/main/m.h5ad").then().statusCode(200);
    assertThat(sha256(content)).isEqualTo(oid);
  }
}
