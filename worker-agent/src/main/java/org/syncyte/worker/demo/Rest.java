package org.syncyte.worker.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// JSON over HTTP to one of the demo's servers.
final class Rest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private final URI base;
  private final @Nullable String token;

  /// @param token null to come as a stranger
  Rest(URI base, @Nullable String token) {
    this.base = base;
    this.token = token;
  }

  /// Whether a GET answers 200; false while nobody listens.
  boolean answers(String path) {
    try {
      return send("GET", path, null).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  /// A reply's status, without judging it.
  int status(String path) throws IOException {
    return send("GET", path, null).statusCode();
  }

  String text(String path) throws IOException {
    return accepted("GET", path, send("GET", path, null));
  }

  JsonNode read(String path) throws IOException {
    return JSON.readTree(text(path));
  }

  JsonNode write(String method, String path, Object body) throws IOException {
    String reply = accepted(method, path, send(method, path, JSON.writeValueAsString(body)));
    return JSON.readTree(reply.isBlank() ? "{}" : reply);
  }

  private static String accepted(String method, String path, HttpResponse<String> reply)
      throws IOException {
    if (reply.statusCode() / 100 != 2) {
      throw new IOException(
          "%s %s answered %d: %s".formatted(method, path, reply.statusCode(), reply.body()));
    }
    return reply.body();
  }

  private HttpResponse<String> send(String method, String path, @Nullable String body)
      throws IOException {
    var request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
