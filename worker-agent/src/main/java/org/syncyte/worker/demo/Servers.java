package org.syncyte.worker.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The demo's processes: broker, hub, coordinator, agents. They stop in the reverse order of their
/// start. A coordinator that ends by itself is started again: its state is in the broker.
final class Servers implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);
  private static final int RESTARTS = 5;

  private final Installation installation;
  private final DemoOptions options;
  private final List<ManagedProcess> running = new ArrayList<>();
  private volatile boolean closing;

  Servers(Installation installation, DemoOptions options) {
    this.installation = installation;
    this.options = options;
  }

  URI hub() {
    return URI.create("http://localhost:" + options.hubPort());
  }

  URI coordinator() {
    return URI.create("http://localhost:" + options.coordinatorPort());
  }

  String broker() {
    return "127.0.0.1:" + options.brokerPort();
  }

  Path folder(String server) {
    return options.data().resolve(server).toAbsolutePath();
  }

  /// @throws IllegalArgumentException if another program listens on one of the ports
  void requireFreePorts() {
    for (int port = options.firstPort(); port < options.firstPort() + 3; port++) {
      try (var socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException _) {
        throw new IllegalArgumentException(
            "port %d is in use; stop what listens there (another demo?) or give another --port"
                .formatted(port));
      }
    }
  }

  /// Starts the broker and the hub side by side and waits for both.
  void startBrokerAndHub() throws IOException, InterruptedException {
    var broker =
        start(
            "broker",
            installation.coordinatorMain(
                "512m",
                "org.syncyte.coordinator.kafka.BrokerMain",
                folder("broker").toString(),
                Integer.toString(options.brokerPort())),
            Map.of());
    var settings = new LinkedHashMap<String, String>();
    settings.put("syncyte.hub.port", Integer.toString(options.hubPort()));
    settings.put("syncyte.hub.data-dir", folder("hub").toString());
    settings.put("quarkus.http.host", "127.0.0.1");
    var hub = start("hub", installation.application("hub-server", "640m", settings), Map.of());
    var health = new Rest(hub(), null);
    hub.await(START, () -> health.answers("/q/health/ready"));
    broker.await(START, this::brokerListens);
  }

  void startCoordinator(String token, String hubToken) throws IOException, InterruptedException {
    var health = new Rest(coordinator(), token);
    launchCoordinator(token, hubToken, RESTARTS)
        .await(START, () -> health.answers("/q/health/ready"));
  }

  private ManagedProcess launchCoordinator(String token, String hubToken, int restarts)
      throws IOException {
    var settings = new LinkedHashMap<String, String>();
    settings.put("quarkus.http.port", Integer.toString(options.coordinatorPort()));
    settings.put("quarkus.http.host", "127.0.0.1");
    settings.put("syncyte.coordinator.data", folder("coordinator").toString());
    settings.put("syncyte.coordinator.hub", hub().toString());
    settings.put("syncyte.kafka.bootstrap-servers", broker());
    // Tokens go through the environment: arguments can be read by everyone on the machine.
    var secrets =
        Map.of("SYNCYTE_COORDINATOR_TOKEN", token, "SYNCYTE_COORDINATOR_HUB_TOKEN", hubToken);
    var process =
        start("coordinator", installation.application("coordinator", "512m", settings), secrets);
    Files.writeString(options.data().resolve("coordinator.pid"), Long.toString(process.pid()));
    process.onExit(() -> {
      if (!closing && restarts > 0) {
        try {
          launchCoordinator(token, hubToken, restarts - 1);
        } catch (IOException e) {
          System.err.println("syncyte: the coordinator cannot be started again: " + e);
        }
      }
    });
    return process;
  }

  ManagedProcess startAgent(DemoSite site) throws IOException {
    return start(
        "agent-" + site.id(),
        installation.syncyte("1g", "agent", "run", site.settings().toString()),
        Map.of());
  }

  private synchronized ManagedProcess start(
      String name, List<String> command, Map<String, String> environment) throws IOException {
    var process =
        ManagedProcess.start(
            name, command, environment, options.data().resolve("logs").resolve(name + ".log"));
    running.add(process);
    return process;
  }

  private boolean brokerListens() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", options.brokerPort()), 500);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public synchronized void close() {
    closing = true;
    for (var process : running.reversed()) {
      process.close();
    }
    running.clear();
  }
}
