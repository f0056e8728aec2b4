package org.syncyte.coordinator.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/// A Kafka broker in this process: one node, KRaft, no ZooKeeper, data kept in a folder.
///
///     java -cp 'quarkus-app/lib/main/*:quarkus-app/app/*' \
///         org.syncyte.coordinator.kafka.BrokerMain DATA-FOLDER PORT [HOST]
///
/// The first start formats the folder; later starts find their state in it. Ends with the process.
public final class BrokerMain {
  private BrokerMain() {}

  public static void main(String[] args) throws IOException {
    if (args.length < 2 || args.length > 3 || !args[1].matches("\\d{1,5}")) {
      System.err.println("usage: BrokerMain DATA-FOLDER PORT [HOST]");
      System.exit(2);
    }
    Path folder = Path.of(args[0]).toAbsolutePath();
    int port = Integer.parseInt(args[1]);
    String host = args.length == 3 ? args[2] : "127.0.0.1";
    try {
      requireFree(host, port);
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(3);
    }
    Path settings = settings(folder, host, port);
    if (!Files.exists(folder.resolve("log").resolve("meta.properties"))) {
      String cluster = org.apache.kafka.common.Uuid.randomUuid().toString();
      int code =
          kafka.tools.StorageTool.execute(
              new String[] {"format", "--cluster-id", cluster, "--config", settings.toString()},
              System.out);
      if (code != 0) {
        System.err.println("the folder " + folder + " cannot be formatted for Kafka");
        System.exit(4);
      }
    }
    kafka.Kafka.main(new String[] {settings.toString()});
  }

  /// @throws IllegalStateException if another process listens there
  static void requireFree(String host, int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw new IllegalStateException(
          "port %d of %s is in use; stop what listens there or set syncyte.kafka.port"
              .formatted(port, host),
          e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Path settings(Path folder, String host, int port) throws IOException {
    Files.createDirectories(folder);
    int controller = freePort();
    String text =
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%d
        listeners=PLAINTEXT://%s:%d,CONTROLLER://127.0.0.1:%d
        advertised.listeners=PLAINTEXT://%s:%d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%s
        auto.create.topics.enable=false
        num.partitions=1
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        log.cleaner.dedupe.buffer.size=4194304
        """
            .formatted(
                controller,
                host,
                port,
                controller,
                host,
                port,
                folder.resolve("log").toString().replace("\\", "/"));
    Path file = folder.resolve("broker.properties");
    Files.writeString(file, text);
    return file;
  }
}
