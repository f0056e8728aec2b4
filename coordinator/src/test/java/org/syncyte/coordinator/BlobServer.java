package org.syncyte.coordinator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.syncyte.federation.Canonical;
import org.syncyte.federation.Hashes;

/// The blob routes of a hub, on disk, over real HTTP. Can be told to cut every n-th download short,
/// and to be away for the first reports of public runs.
final class BlobServer implements AutoCloseable {
  static final String TOKEN = "blob-token";
  private static final Pattern ROUTE =
      Pattern.compile("/api/v1/fed/([a-z0-9-]+)/blobs/([0-9a-f]{64})(/parts/(\\d+)|/commit)?");

  private static final Pattern REPORT = Pattern.compile("/api/v1/fed/[a-z0-9-]+/runs/[a-z0-9-]+");

  private final HttpServer server;
  private final Path folder;
  final AtomicInteger puts = new AtomicInteger();
  final Queue<String> reports = new ConcurrentLinkedQueue<>();
  final AtomicInteger away = new AtomicInteger();
  volatile int cutEvery;
  private final AtomicInteger gets = new AtomicInteger();

  BlobServer(Path folder) throws IOException {
    this(folder, 0);
  }

  BlobServer(Path folder, int port) throws IOException {
    this.folder = folder;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var route = ROUTE.matcher(exchange.getRequestURI().getPath());
      if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.sendResponseHeaders(401, -1);
      } else if (REPORT.matcher(exchange.getRequestURI().getPath()).matches()) {
        report(exchange);
      } else if (!route.matches()) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        Path blob = folder.resolve(route.group(1) + "-" + route.group(2));
        switch (exchange.getRequestMethod()) {
          case "PUT" -> put(exchange, blob, route.group(4));
          case "POST" -> commit(exchange, blob, route.group(2));
          case "HEAD" -> exchange.sendResponseHeaders(Files.exists(blob) ? 200 : 404, -1);
          default -> get(exchange, blob);
        }
      }
    }
  }

  private void report(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean heard = away.decrementAndGet() < 0;
    if (heard) {
      reports.add(body);
    }
    exchange.sendResponseHeaders(heard ? 204 : 503, -1);
  }

  private void put(HttpExchange exchange, Path blob, String part) throws IOException {
    puts.incrementAndGet();
    byte[] body = exchange.getRequestBody().readAllBytes();
    String claimed = exchange.getRequestHeaders().getFirst("X-Part-Sha256");
    boolean good = Hashes.hex(Hashes.sha256(body)).equals(claimed) && body.length <= 4 << 20;
    if (good) {
      replace(blob.resolveSibling(blob.getFileName() + ".part" + part), body);
    }
    exchange.sendResponseHeaders(good ? 204 : 400, -1);
  }

  private void commit(HttpExchange exchange, Path blob, String hash) throws IOException {
    var fields = Canonical.object(exchange.getRequestBody().readAllBytes());
    long parts = (Long) java.util.Objects.requireNonNull(fields.get("parts"));
    var whole = new ByteArrayOutputStream();
    for (int i = 0; i < parts; i++) {
      whole.write(Files.readAllBytes(blob.resolveSibling(blob.getFileName() + ".part" + i)));
    }
    boolean good = Hashes.hex(Hashes.sha256(whole.toByteArray())).equals(hash);
    if (good) {
      replace(blob, whole.toByteArray());
    }
    exchange.sendResponseHeaders(good ? 201 : 409, -1);
  }

  private void replace(Path file, byte[] content) throws IOException {
    Path beside = Files.createTempFile(folder, "new", "");
    Files.write(beside, content);
    Files.move(beside, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private void get(HttpExchange exchange, Path blob) throws IOException {
    if (!Files.exists(blob)) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    byte[] content = Files.readAllBytes(blob);
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    byte[] rest = Arrays.copyOfRange(content, from, content.length);
    exchange.sendResponseHeaders(range == null ? 200 : 206, rest.length);
    boolean cut = cutEvery > 0 && gets.incrementAndGet() % cutEvery == 0 && rest.length > 1;
    exchange.getResponseBody().write(rest, 0, cut ? rest.length / 2 : rest.length);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
