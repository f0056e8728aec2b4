package org.syncyte.worker.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// A hub of one repository over real HTTP: enough of the protocol for a push, a pull and blobs, and
/// able to fail in the ways that networks do.
public final class SmallHub implements AutoCloseable {
  public static final String TOKEN = "hub_secret";
  private static final String COMMIT = "1234567890123456789012345678901234567890";

  private final HttpServer server;
  public final Map<String, byte[]> files = new TreeMap<>();
  final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  final Map<String, TreeMap<Integer, byte[]>> parts = new ConcurrentHashMap<>();
  final List<String> calls = new ArrayList<>();
  final Map<String, Integer> failures = new ConcurrentHashMap<>();
  public int commits;
  int chunk;
  int breakAfter = Integer.MAX_VALUE;

  public SmallHub() {
    try {
      server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public URI address() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  /// Answers that many calls of this method and path part with 503 first.
  void failFirst(String what, int times) {
    failures.put(what, times);
  }

  public boolean holds(byte[] sha256) {
    return objects.containsKey(Digests.hex(sha256));
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange call) throws IOException {
    try (call) {
      var path = call.getRequestURI().getRawPath();
      var name = call.getRequestMethod() + " " + path;
      synchronized (calls) {
        calls.add(name);
      }
      for (var failure : failures.entrySet()) {
        if (name.contains(failure.getKey()) && failure.getValue() > 0) {
          failure.setValue(failure.getValue() - 1);
          reply(call, 503, "busy");
          return;
        }
      }
      boolean signed = path.startsWith("/_lfs/put");
      var bearer = call.getRequestHeaders().getFirst("Authorization");
      if (signed == (bearer != null) || !signed && !("Bearer " + TOKEN).equals(bearer)) {
        call.getResponseHeaders()
            .set("X-Error-Message", "Invalid credentials in Authorization header");
        reply(call, signed ? 400 : 401, "{}");
        return;
      }
      route(call, path);
    }
  }

  private void route(HttpExchange call, String path) throws IOException {
    var method = call.getRequestMethod();
    if (path.equals("/api/whoami-v2")) {
      reply(call, 200, "{\"name\":\"alice\"}");
    } else if (path.equals("/api/repos/create")) {
      reply(call, files.isEmpty() ? 200 : 409, "{\"url\":\"" + address() + "/alice/pbmc\"}");
    } else if (path.endsWith("/preupload/main")) {
      preupload(call);
    } else if (path.endsWith("/objects/batch")) {
      batch(call);
    } else if (path.startsWith("/_lfs/put/")) {
      put(call, path.split("/"));
    } else if (path.startsWith("/_lfs/done/")) {
      var oid = path.substring(path.lastIndexOf('/') + 1);
      var whole = new java.io.ByteArrayOutputStream();
      parts.getOrDefault(oid, new TreeMap<>()).values().forEach(whole::writeBytes);
      objects.put(oid, whole.toByteArray());
      reply(call, hash(whole.toByteArray()).equals(oid) ? 200 : 400, "{}");
    } else if (path.equals("/_lfs/verify")) {
      reply(call, objects.containsKey(body(call).path("oid").asText()) ? 200 : 404, "{}");
    } else if (path.endsWith("/commit/main")) {
      commit(call);
    } else if (path.contains("/revision/")) {
      reply(call, 200, "{\"sha\":\"" + COMMIT + "\"}");
    } else if (path.contains("/tree/")) {
      tree(call);
    } else if (path.contains("/resolve/")) {
      var plain = call.getRequestURI().getPath();
      var file = files.get(plain.substring(plain.indexOf("/resolve/") + 50));
      serve(call, file, true);
    } else if (path.startsWith("/api/v1/fed/demo/blobs/")) {
      blob(call, method, path.substring("/api/v1/fed/demo/blobs/".length()).split("/"));
    } else {
      reply(call, 404, "{\"error\":\"no such route\"}");
    }
  }

  private void preupload(HttpExchange call) throws IOException {
    var list = new ArrayList<Map<String, Object>>();
    for (var file : body(call).path("files")) {
      var path = file.path("path").asText();
      boolean large = file.path("size").asLong() > 1000;
      var entry = Http.map("path", path, "uploadMode", large ? "lfs" : "regular");
      entry.put("shouldIgnore", false);
      var old = files.get(path);
      if (old != null) {
        entry.put("oid", large ? hash(old) : git(old));
      }
      list.add(entry);
    }
    reply(call, 200, json(Http.map("files", list, "commitOid", COMMIT)));
  }

  private void batch(HttpExchange call) throws IOException {
    var list = new ArrayList<Map<String, Object>>();
    for (var object : body(call).path("objects")) {
      var oid = object.path("oid").asText();
      long size = object.path("size").asLong();
      var entry = Http.map("oid", oid, "size", size);
      if (!objects.containsKey(oid)) {
        var header = Http.map();
        var href = address() + "/_lfs/put/" + oid;
        if (chunk > 0) {
          header.put("chunk_size", String.valueOf(chunk));
          for (int i = 1; (i - 1L) * chunk < size; i++) {
            header.put("%05d".formatted(i), href + "/" + i);
          }
          href = address() + "/_lfs/put/done/" + oid;
        }
        entry.put(
            "actions",
            Map.of(
                "upload", Map.of("href", href, "header", header),
                "verify", Map.of("href", address() + "/_lfs/verify", "header", Map.of())));
      }
      list.add(entry);
    }
    reply(call, 200, json(Map.of("transfer", "basic", "objects", list)));
  }

  private void put(HttpExchange call, String[] path) throws IOException {
    var bytes = call.getRequestBody().readAllBytes();
    if (path[3].equals("done")) {
      var whole = new java.io.ByteArrayOutputStream();
      parts.getOrDefault(path[4], new TreeMap<>()).values().forEach(whole::writeBytes);
      objects.put(path[4], whole.toByteArray());
      reply(call, hash(whole.toByteArray()).equals(path[4]) ? 200 : 400, "{}");
      return;
    }
    call.getResponseHeaders().set("ETag", "\"" + hash(bytes).substring(0, 8) + "\"");
    if (path.length == 5) {
      parts.computeIfAbsent(path[3], _ -> new TreeMap<>()).put(Integer.parseInt(path[4]), bytes);
      reply(call, 200, "");
    } else {
      boolean right = hash(bytes).equals(path[3]);
      if (right) {
        objects.put(path[3], bytes);
      }
      reply(call, right ? 200 : 400, "");
    }
  }

  private void commit(HttpExchange call) throws IOException {
    var text = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var news = new TreeMap<String, byte[]>();
    for (var line : text.split("\n")) {
      var node = Http.JSON.readTree(line);
      var value = node.path("value");
      switch (node.path("key").asText()) {
        case "file" ->
            news.put(
                value.path("path").asText(),
                Base64.getDecoder().decode(value.path("content").asText()));
        case "lfsFile" -> {
          var object = objects.get(value.path("oid").asText());
          if (object == null || object.length != value.path("size").asLong()) {
            reply(call, 400, "LFS pointer pointed to a file that does not exist");
            return;
          }
          news.put(value.path("path").asText(), object);
        }
        default -> {}
      }
    }
    files.putAll(news);
    commits++;
    reply(call, 200, json(Map.of("success", true, "commitOid", COMMIT, "commitUrl", "u")));
  }

  private void tree(HttpExchange call) throws IOException {
    var names = List.copyOf(files.keySet());
    var query = String.valueOf(call.getRequestURI().getQuery());
    int at = query.contains("cursor=") ? Integer.parseInt(query.split("cursor=")[1]) : 0;
    var page = new ArrayList<Map<String, Object>>();
    for (var name : names.subList(at, Math.min(at + 2, names.size()))) {
      var bytes = files.getOrDefault(name, new byte[0]);
      page.add(Http.map("type", "file", "path", name, "size", bytes.length, "oid", git(bytes)));
      if (bytes.length > 1000) {
        page.getLast().put("lfs", Map.of("oid", hash(bytes), "size", bytes.length));
      }
    }
    if (at + 2 < names.size()) {
      call.getResponseHeaders()
          .set(
              "Link",
              "<%s%s?recursive=true&cursor=%d>; rel=\"next\""
                  .formatted(address(), call.getRequestURI().getPath(), at + 2));
    }
    reply(call, 200, json(page));
  }

  private void blob(HttpExchange call, String method, String[] path) throws IOException {
    var stored = parts.computeIfAbsent(path[0], _ -> new TreeMap<>());
    if (method.equals("PUT")) {
      var bytes = call.getRequestBody().readAllBytes();
      boolean right = hash(bytes).equals(call.getRequestHeaders().getFirst("X-Part-Sha256"));
      stored.put(Integer.parseInt(path[2]), bytes);
      reply(call, right ? 200 : 400, "");
    } else if (method.equals("POST")) {
      var whole = new java.io.ByteArrayOutputStream();
      stored.values().forEach(whole::writeBytes);
      boolean right = hash(whole.toByteArray()).equals(path[0]);
      if (right) {
        objects.put(path[0], whole.toByteArray());
      }
      reply(call, right ? 200 : 422, "{}");
    } else if (objects.containsKey(path[0])) {
      serve(call, objects.get(path[0]), false);
    } else {
      var present = stored.keySet().stream().map(String::valueOf).toList();
      call.getResponseHeaders().set("X-Parts-Present", String.join(",", present));
      reply(call, 404, "");
    }
  }

  private void serve(HttpExchange call, byte @Nullable [] bytes, boolean repo) throws IOException {
    if (bytes == null) {
      reply(call, 404, "");
      return;
    }
    var headers = call.getResponseHeaders();
    headers.set("ETag", "\"" + (bytes.length > 1000 || !repo ? hash(bytes) : git(bytes)) + "\"");
    headers.set("X-Repo-Commit", COMMIT);
    if (call.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", String.valueOf(bytes.length));
      call.sendResponseHeaders(200, -1);
      return;
    }
    var range = call.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    var rest = Arrays.copyOfRange(bytes, from, bytes.length);
    call.sendResponseHeaders(range == null ? 200 : 206, rest.length);
    call.getResponseBody().write(rest, 0, Math.min(rest.length, breakAfter));
  }

  private static void reply(HttpExchange call, int status, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean empty = bytes.length == 0 || call.getRequestMethod().equals("HEAD");
    call.sendResponseHeaders(status, empty ? -1 : bytes.length);
    if (!empty) {
      call.getResponseBody().write(bytes);
    }
  }

  private static JsonNode body(HttpExchange call) throws IOException {
    return Http.JSON.readTree(call.getRequestBody().readAllBytes());
  }

  private static String json(Object value) throws IOException {
    return Http.JSON.writeValueAsString(value);
  }

  static String hash(byte[] bytes) {
    return Digests.hex(Digests.sha256(bytes));
  }

  static String git(byte[] bytes) {
    try {
      var digest = java.security.MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
