package org.syncyte.hub;

import static io.restassured.RestAssured.given;

import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The few calls that most tests of the hub make.
public final class HubClient {
  private static final RestAssuredConfig RAW =
      RestAssuredConfig.config()
          .encoderConfig(
              EncoderConfig.encoderConfig()
                  .appendDefaultContentCharsetToContentTypeIfUndefined(false));

  private HubClient() {}

  public static Path directory() {
    return HubResource.directory();
  }

  public static String adminToken() {
    try {
      return Files.readString(directory().resolve("admin.token")).strip();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public static RequestSpecification anonymous() {
    return given().config(RAW).urlEncodingEnabled(false);
  }

  public static RequestSpecification admin() {
    return with(adminToken());
  }

  public static RequestSpecification with(String token) {
    return anonymous().header("Authorization", "Bearer " + token);
  }

  /// A new user with a token of this role.
  public static String user(String name, String role) {
    admin()
        .contentType("application/json")
        .body(Map.of("name", name))
        .post("/api/v1/users")
        .then()
        .statusCode(200);
    return admin()
        .contentType("application/json")
        .body(Map.of("label", "test", "role", role))
        .post("/api/v1/users/" + name + "/tokens")
        .then()
        .statusCode(200)
        .extract()
        .path("token");
  }

  public static void create(String token, String repo) {
    create(token, repo, false);
  }

  public static void create(String token, String repo, boolean hidden) {
    var parts = repo.split("/");
    with(token)
        .contentType("application/json")
        .body(Map.of("organization", parts[0], "name", parts[1], "private", hidden))
        .post("/api/repos/create")
        .then()
        .log()
        .ifError()
        .statusCode(200);
  }

  public static String header(String summary) {
    return "{\"key\":\"header\",\"value\":{\"summary\":\"" + summary + "\",\"description\":\"\"}}";
  }

  public static String header(String summary, String parent) {
    return "{\"key\":\"header\",\"value\":{\"summary\":\""
        + summary
        + "\",\"parentCommit\":\""
        + parent
        + "\"}}";
  }

  public static String file(String path, String content) {
    String base64 = Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
    return "{\"key\":\"file\",\"value\":{\"path\":\""
        + path
        + "\",\"content\":\""
        + base64
        + "\",\"encoding\":\"base64\"}}";
  }

  public static String large(String path, String oid, long size) {
    return "{\"key\":\"lfsFile\",\"value\":{\"path\":\""
        + path
        + "\",\"algo\":\"sha256\",\"oid\":\""
        + oid
        + "\",\"size\":"
        + size
        + "}}";
  }

  public static Response commit(String token, String repo, String branch, String... lines) {
    return with(token)
        .contentType("application/x-ndjson")
        .body(String.join("\n", lines).getBytes(StandardCharsets.UTF_8))
        .post("/api/models/" + repo + "/commit/" + branch);
  }

  public static String committed(String token, String repo, String... lines) {
    return commit(token, repo, "main", lines).then().statusCode(200).extract().path("commitOid");
  }

  public static Response batch(
      String token, String repo, List<String> transfers, String oid, long size) {
    return with(token)
        .contentType("application/vnd.git-lfs+json")
        .body(
            "{\"operation\":\"upload\",\"transfers\":%s,\"objects\":[{\"oid\":\"%s\",\"size\":%d}]}"
                .formatted(transfers.stream().map(t -> '"' + t + '"').toList(), oid, size)
                .getBytes(StandardCharsets.UTF_8))
        .post("/" + repo + ".git/info/lfs/objects/batch");
  }

  public static String upload(String token, String repo, byte[] bytes) {
    String oid = sha256(bytes);
    @Nullable String href =
        batch(token, repo, List.of("basic"), oid, bytes.length)
            .then()
            .statusCode(200)
            .extract()
            .path("objects[0].actions.upload.href");
    // No address: the hub has these bytes already.
    if (href != null) {
      anonymous().body(bytes).put(href).then().statusCode(200);
    }
    return oid;
  }

  public static byte[] bytes(int size, long seed) {
    var bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// How many files are waiting in a folder of the data directory.
  public static long files(String folder) {
    Path root = directory().resolve(folder);
    if (!Files.exists(root)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
