package org.syncyte.worker.site;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/// A real broker of one node, as a child process on this class path.
final class Broker implements AutoCloseable {
  final String address;
  private final Process process;

  Broker(Path folder, String... topics) throws IOException {
    int port = freePort();
    int controller = freePort();
    address = "localhost:" + port;
    Files.createDirectories(folder);
    var settings =
        Files.writeString(
            folder.resolve("broker.properties"),
            """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@localhost:%d
            listeners=PLAINTEXT://localhost:%d,CONTROLLER://localhost:%d
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
            log.dirs=%s
            auto.create.topics.enable=false
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.state.log.num.partitions=1
            group.initial.rebalance.delay.ms=0
            log.cleaner.enable=false
            """
                .formatted(controller, port, controller, folder.resolve("log")));
    int code =
        kafka.tools.StorageTool.execute(
            new String[] {
              "format",
              "--cluster-id",
              Uuid.randomUuid().toString(),
              "--config",
              settings.toString()
            },
            System.out);
    if (code != 0) {
      throw new IOException("the broker's folder cannot be formatted");
    }
    process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "kafka.Kafka",
                    settings.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("broker.log").toFile())
            .start();
    try (var admin = Admin.create(Map.of("bootstrap.servers", address))) {
      admin
          .createTopics(
              List.of(topics).stream()
                  .map(topic -> new NewTopic(topic, Optional.of(1), Optional.of((short) 1)))
                  .toList())
          .all()
          .get(90, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw new IOException(Files.readString(folder.resolve("broker.log")), e);
    } catch (InterruptedException e) {
      close();
      throw new IOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
