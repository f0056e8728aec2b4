package org.syncyte.coordinator.kafka;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/// A real broker as a child process, from the class path of the application that starts it, so that
/// a coordinator needs nothing installed. It outlives a coordinator that is killed; the next one
/// finds it by port and cluster id and goes on with it.
public final class KafkaBroker implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);
  private static final int CLIENT_MS = 3000;

  private final String bootstrap;
  private final @Nullable Process process;

  private KafkaBroker(String bootstrap, @Nullable Process process) {
    this.bootstrap = bootstrap;
    this.process = process;
  }

  /// Starts the broker of a data folder, or joins the one that runs on it already.
  ///
  /// @throws IllegalStateException if the port belongs to something else, or the broker does not
  ///   come up
  public static KafkaBroker start(Path folder, String host, int port) throws IOException {
    String bootstrap = host + ":" + port;
    try {
      BrokerMain.requireFree(host, port);
    } catch (IllegalStateException inUse) {
      String ours = clusterOnDisk(folder);
      if (ours != null && ours.equals(clusterAt(bootstrap))) {
        return new KafkaBroker(bootstrap, null);
      }
      throw inUse;
    }
    Files.createDirectories(folder);
    Path log = folder.resolve("broker.log");
    Process process =
        new ProcessBuilder(command(folder, host, port))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    var broker = new KafkaBroker(bootstrap, process);
    long deadline = System.nanoTime() + START.toNanos();
    while (clusterAt(bootstrap) == null) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        broker.close();
        throw new IllegalStateException("the Kafka broker did not come up; see " + log);
      }
    }
    return broker;
  }

  /// Where clients connect.
  public String bootstrapServers() {
    return bootstrap;
  }

  /// The broker's process, or null if it was running before.
  public @Nullable ProcessHandle process() {
    return process == null ? null : process.toHandle();
  }

  private static List<String> command(Path folder, String host, int port) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", classPath(), BrokerMain.class.getName()));
    command.addAll(List.of(folder.toString(), Integer.toString(port), host));
    return command;
  }

  /// The folders of the jars that hold Kafka and this class (a packaged application), or the class
  /// path as it is (a build).
  private static String classPath() {
    String given = System.getProperty("java.class.path", "");
    var parts = new LinkedHashSet<String>();
    for (Class<?> needed : List.of(BrokerMain.class, kafka.Kafka.class)) {
      Path place = place(needed);
      if (place == null || !place.toString().contains("quarkus-app")) {
        return given;
      }
      parts.add(place.resolveSibling("*").toString());
    }
    return String.join(File.pathSeparator, parts);
  }

  private static @Nullable Path place(Class<?> type) {
    var source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return null;
    }
    try {
      String location = source.getLocation().toURI().toString();
      return Path.of(
          java.net.URI.create(location.replaceFirst("^jar:", "").replaceFirst("!/.*$", "")));
    } catch (URISyntaxException | IllegalArgumentException _) {
      return null;
    }
  }

  private static @Nullable String clusterOnDisk(Path folder) throws IOException {
    Path file = folder.resolve("log").resolve("meta.properties");
    if (!Files.exists(file)) {
      return null;
    }
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties.getProperty("cluster.id");
  }

  private static @Nullable String clusterAt(String bootstrap) {
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CLIENT_MS,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CLIENT_MS);
    try (Admin admin = Admin.create(settings)) {
      return admin.describeCluster().clusterId().get(CLIENT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException _) {
      return null;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /// Stops the broker if this object started it.
  @Override
  public void close() {
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException _) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
