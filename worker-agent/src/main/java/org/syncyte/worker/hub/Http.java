package org.syncyte.worker.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Calls to one hub: the token, patience with a hub that is busy or away, and errors in words.
///
/// A call is tried again after a lost connection and after 408, 429, 500, 502, 503 and 504, with
/// pauses of 0.25 s, 0.5 s, 1 s ... up to 8 s, or as long as `Retry-After` says. All calls made
/// here are harmless when repeated.
final class Http {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final int MAX_TEXT = 16 << 20;

  private final String base;
  private final @Nullable String token;
  private final int tries;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  Http(URI base, @Nullable String token, int tries) {
    this.base = base.toString().replaceAll("/+$", "");
    this.token = token;
    this.tries = tries;
  }

  String base() {
    return base;
  }

  /// A request to a route of the hub, with the token.
  HttpRequest.Builder to(String route) {
    return with(URI.create(base + route));
  }

  /// A request to an address that the hub handed out; the token goes along only if it is on the
  /// hub.
  HttpRequest.Builder with(URI address) {
    var request = plain(address);
    var own = URI.create(base);
    boolean onHub =
        own.getScheme().equals(address.getScheme())
            && own.getAuthority().equals(address.getAuthority());
    if (token != null && onHub) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  /// A request without the token: its address carries its own permission.
  static HttpRequest.Builder plain(URI address) {
    return HttpRequest.newBuilder(address)
        .timeout(Duration.ofMinutes(10))
        .header("User-Agent", "syncyte");
  }

  static HttpRequest.BodyPublisher json(Object value) {
    try {
      return HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The reply, whatever its status, once it is not a passing failure.
  HttpResponse<InputStream> send(HttpRequest request) {
    IOException lost = null;
    for (int attempt = 0; attempt < tries; attempt++) {
      Duration pause = Duration.ofMillis(Math.min(8000, 250L << Math.min(attempt, 6)));
      try {
        var reply = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (!PASSING.contains(reply.statusCode()) || attempt == tries - 1) {
          return reply;
        }
        var wait = reply.headers().firstValue("Retry-After").orElse("");
        if (wait.matches("\\d{1,4}")) {
          pause = Duration.ofSeconds(Long.parseLong(wait));
        }
        reply.body().close();
      } catch (IOException e) {
        lost = e;
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      if (attempt < tries - 1) {
        sleep(pause);
      }
    }
    throw new HubException(
        "the hub at %s does not answer (%d tries): check the address and the network"
            .formatted(base, tries),
        lost == null ? new IOException("no reply") : lost);
  }

  /// The reply's body as JSON; a status outside `allowed` and outside 2xx is an error.
  JsonNode call(HttpRequest request, Integer... allowed) {
    var reply = send(request);
    var text = text(reply);
    if (!succeeded(reply) && !Arrays.asList(allowed).contains(reply.statusCode())) {
      throw refused(request, reply, text);
    }
    try {
      var node = text.isEmpty() ? null : JSON.readTree(text);
      return node == null ? JSON.createObjectNode() : node;
    } catch (JsonProcessingException e) {
      if (succeeded(reply)) {
        return JSON.createObjectNode();
      }
      throw refused(request, reply, text);
    }
  }

  static boolean succeeded(HttpResponse<?> reply) {
    return reply.statusCode() / 100 == 2;
  }

  static String text(HttpResponse<InputStream> reply) {
    try (var body = reply.body()) {
      return new String(body.readNBytes(MAX_TEXT), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the hub's reply broke off", e);
    }
  }

  static HubException refused(HttpRequest request, HttpResponse<?> reply, String text) {
    int status = reply.statusCode();
    var reason = reply.headers().firstValue("X-Error-Message").orElse("");
    if (reason.isEmpty()) {
      reason = text.length() > 300 ? text.substring(0, 300) : text;
    }
    var advice =
        switch (status) {
          case 401 -> ": the hub does not accept the token; check the token file";
          case 403 -> ": the token may not do this; ask for write access";
          case 413 -> ": the file is larger than the hub takes";
          default -> "";
        };
    return new HubException(
        status,
        "%s %s answered %d%s (%s)"
            .formatted(request.method(), request.uri().getPath(), status, advice, reason.strip()));
  }

  /// Appends the rest of a file to `partial`, asking only for what is missing, and returns its
  /// length. A connection that breaks off goes on where it broke.
  long fetch(URI address, Path partial, long total, String name, Progress progress) {
    for (int attempt = 0; ; attempt++) {
      long have = size(partial);
      if (have >= total) {
        return have;
      }
      var request = with(address).header("Accept-Encoding", "identity");
      if (have > 0) {
        request.header("Range", "bytes=" + have + "-");
      }
      var built = request.GET().build();
      var reply = send(built);
      if (!succeeded(reply)) {
        throw refused(built, reply, text(reply));
      }
      try (var body = reply.body();
          var out =
              Files.newOutputStream(
                  partial,
                  java.nio.file.StandardOpenOption.CREATE,
                  reply.statusCode() == 206
                      ? java.nio.file.StandardOpenOption.APPEND
                      : java.nio.file.StandardOpenOption.TRUNCATE_EXISTING,
                  java.nio.file.StandardOpenOption.WRITE)) {
        long done = reply.statusCode() == 206 ? have : 0;
        var buffer = new byte[1 << 16];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
          done += count;
          if (done > total) {
            throw new HubException(
                reply.statusCode(),
                "%s is longer than announced (%d bytes)".formatted(name, total));
          }
          out.write(buffer, 0, count);
          progress.moved(name, done, total);
        }
        if (done == total) {
          return done;
        }
      } catch (IOException e) {
        if (attempt >= tries) {
          throw new HubException("the download of " + name + " keeps breaking off", e);
        }
      }
      if (attempt >= tries) {
        throw new HubException(0, "the download of " + name + " keeps ending early");
      }
      sleep(Duration.ofMillis(Math.min(8000, 250L << Math.min(attempt, 6))));
    }
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One path segment or revision: nothing is left unescaped that has a meaning.
  static String escape(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// A file path: the slashes stay.
  static String escapePath(String path) {
    return Arrays.stream(path.split("/")).map(Http::escape).collect(Collectors.joining("/"));
  }

  static Map<String, Object> map(Object... pairs) {
    var map = new java.util.LinkedHashMap<String, Object>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static HubException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new HubException("the transfer was interrupted", e);
  }
}
