package org.syncyte.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `syncyte demo` as a user starts it, with less effort: the script, its seven processes, their
/// folder. Closing ends all of them, also after a failure.
final class DemoProcess implements AutoCloseable {
  static final int ROUNDS = 4;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration START = Duration.ofMinutes(5);

  private final Path data;
  private final int port;
  private final Thread hook = new Thread(this::end);
  private Process process;

  private DemoProcess(Path data, int port) throws IOException {
    this.data = data;
    this.port = port;
    this.process = launch();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Starts the demo in a folder; three neighbouring ports are found by trial.
  static DemoProcess start(Path data) throws IOException {
    return new DemoProcess(data, freePorts(3));
  }

  URI hub() {
    return URI.create("http://localhost:" + port);
  }

  int port() {
    return port;
  }

  Path data() {
    return data;
  }

  /// Asks the demo's coordinator.
  ///
  /// @param body null for a GET, otherwise what is posted
  JsonNode coordinator(String path, @Nullable JsonNode body)
      throws IOException, InterruptedException {
    var token = Files.readString(data.resolve("coordinator.token")).strip();
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:%d/api/v1%s".formatted(port + 1, path)))
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json");
    if (body != null) {
      request.POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    }
    var reply = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (reply.statusCode() / 100 != 2) {
      throw new IOException("%s: %d %s".formatted(path, reply.statusCode(), reply.body()));
    }
    return JSON.readTree(reply.body());
  }

  /// What the hub answers to a stranger's GET.
  int status(String path) throws IOException, InterruptedException {
    return CLIENT
        .send(
            HttpRequest.newBuilder(hub().resolve(path)).timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  boolean alive() {
    return process.isAlive();
  }

  Path log() {
    return data.resolveSibling(data.getFileName() + ".log");
  }

  /// Waits until the demo says that all is there.
  ///
  /// @return its report, `demo.json`
  JsonNode ready() throws IOException, InterruptedException {
    var report = data.resolve("demo.json");
    long end = System.nanoTime() + START.toNanos();
    while (!Files.exists(report)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException(
            "the demo %s:%n%s"
                .formatted(
                    process.isAlive()
                        ? "was not ready within " + START
                        : "ended with exit code " + process.exitValue(),
                    Files.readString(log())));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return JSON.readTree(report.toFile());
  }

  /// Stops the demo and starts it again over what it left.
  void restart() throws IOException {
    end();
    Files.delete(data.resolve("demo.json"));
    process = launch();
  }

  private Process launch() throws IOException {
    Files.createDirectories(data);
    return Command.builder(
            "demo",
            "--data",
            data.toString(),
            "--port",
            Integer.toString(port),
            "--rounds",
            Integer.toString(ROUNDS),
            "--epochs-per-round",
            "2",
            "--genes",
            "500")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  private void end() {
    var children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    end();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private static int freePorts(int count) {
    for (int trial = 0; trial < 200; trial++) {
      int first = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      boolean free = true;
      for (int port = first; port < first + count && free; port++) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
          free = true;
        } catch (IOException _) {
          free = false;
        }
      }
      if (free) {
        return first;
      }
    }
    throw new IllegalStateException("no %d neighbouring ports are free".formatted(count));
  }
}
