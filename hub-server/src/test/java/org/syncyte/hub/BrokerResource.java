package org.syncyte.hub;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// A real Kafka broker as a child process, from the test's own class path, and the setting that
/// makes the hub tell it everything.
public final class BrokerResource implements QuarkusTestResourceLifecycleManager {
  private static @Nullable String brokers;
  private @Nullable Process process;

  @Override
  public Map<String, String> start() {
    try {
      Path folder = Files.createTempDirectory(Path.of("target"), "kafka").toAbsolutePath();
      int port = freePort();
      Path settings = settings(folder, port, freePort());
      String home = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      var java = List.of(home, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
      run(
              folder,
              java,
              "kafka.tools.StorageTool",
              "format",
              "--cluster-id",
              id(),
              "--config",
              settings.toString())
          .waitFor(60, TimeUnit.SECONDS);
      process = run(folder, java, "kafka.Kafka", settings.toString());
      brokers = "127.0.0.1:" + port;
      return Map.of("syncyte.hub.webhooks.kafka", "127.0.0.1:" + port);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  static String brokers() {
    var started = brokers;
    if (started == null) {
      throw new IllegalStateException("no broker was started");
    }
    return started;
  }

  private static String id() {
    return Uuid.randomUuid().toString();
  }

  private static Process run(Path folder, List<String> java, String main, String... arguments)
      throws IOException {
    var command = new java.util.ArrayList<>(java);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log.txt").toFile()))
        .start();
  }

  private static Path settings(Path folder, int port, int controller) throws IOException {
    return Files.writeString(
        folder.resolve("broker.properties"),
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%d
        listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
        advertised.listeners=PLAINTEXT://127.0.0.1:%d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%s
        auto.create.topics.enable=false
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        log.cleaner.dedupe.buffer.size=4194304
        """
            .formatted(controller, port, controller, port, folder.resolve("log")));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void stop() {
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException interrupted) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
