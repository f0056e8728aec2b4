package org.syncyte.tests;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The packaged hub as a process of its own, over a folder that outlives it. [#kill] ends it as a
/// power cut would: no hook runs, nothing is flushed, its database loses its parent.
final class HubProcess implements AutoCloseable {
  /// A setting for measurements: the compiler that services run with. Other hubs here take the
  /// quicker one, which starts them sooner and hashes four times as slowly.
  static final String OPTIMISED = "-XX:TieredStopAtLevel=4";

  private static final Duration START = Duration.ofMinutes(2);
  private final Path data;
  private final int port;
  private final List<String> settings;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Thread hook = new Thread(this::end);
  private Process process;

  private HubProcess(Path data, List<String> settings) throws IOException {
    this.data = Files.createDirectories(data).toAbsolutePath();
    this.settings = settings;
    port = freePort();
    process = launch();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Starts a hub and waits until it answers; settings are JVM options such as
  /// `-Dsyncyte.hub.limits.part-size=100000`.
  static HubProcess start(Path data, String... settings) throws IOException, InterruptedException {
    var hub = new HubProcess(data, List.of(settings));
    hub.ready();
    return hub;
  }

  String address() {
    return "http://localhost:" + port;
  }

  URI at(String path) {
    return URI.create(path.startsWith("http") ? path : address() + path);
  }

  String token() throws IOException {
    return Files.readString(data.resolve("admin.token")).strip();
  }

  Path data() {
    return data;
  }

  long pid() {
    return process.pid();
  }

  HttpRequest.Builder request(String path) throws IOException {
    return HttpRequest.newBuilder(at(path))
        .timeout(Duration.ofMinutes(2))
        .header("Authorization", "Bearer " + token());
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  byte[] bytes(String path) throws IOException, InterruptedException {
    var reply = http.send(request(path).build(), HttpResponse.BodyHandlers.ofByteArray());
    if (reply.statusCode() != 200) {
      throw new IOException(path + ": " + reply.statusCode());
    }
    return reply.body();
  }

  /// How many files lie below a folder of the data directory.
  long files(String folder) throws IOException {
    Path root = data.resolve(folder);
    if (!Files.exists(root)) {
      return 0;
    }
    try (Stream<Path> found = Files.walk(root)) {
      return found.filter(Files::isRegularFile).count();
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  void restart() throws IOException, InterruptedException {
    process = launch();
    ready();
  }

  private Process launch() throws IOException {
    var jar = Repository.root().resolve("hub-server/target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing; run ./syncyte build");
    }
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsyncyte.hub.port=" + port,
                "-Dsyncyte.hub.data-dir=" + data));
    command.addAll(settings);
    command.addAll(List.of("-jar", jar.toString()));
    return new ProcessBuilder(command)
        .directory(data.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(data.resolve("hub.log").toFile()))
        .start();
  }

  private void ready() throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (true) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException("the hub did not start:\n" + log());
      }
      try {
        var probe = HttpRequest.newBuilder(at("/q/health/ready")).timeout(Duration.ofSeconds(5));
        if (http.send(probe.build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (ConnectException | java.net.http.HttpTimeoutException _) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  String log() throws IOException {
    return Files.readString(data.resolve("hub.log"));
  }

  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    end();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
