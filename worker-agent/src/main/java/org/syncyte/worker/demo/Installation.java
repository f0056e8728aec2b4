package org.syncyte.worker.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where the built applications lie, and the commands that start them.
///
/// @param home the folder that holds `syncyte`, `hub-server/`, `coordinator/` and `worker-agent/`
public record Installation(Path home) {
  /// By name, since the command line knows this package and not the other way round.
  private static final String COMMAND_LINE = "org.syncyte.worker.cli.Syncyte";

  /// The installation this program runs from.
  ///
  /// @throws IllegalStateException if it is started some other way than through `./syncyte`
  public static Installation current() {
    String home = System.getenv("SYNCYTE_HOME");
    if (home == null || !Files.exists(Path.of(home, "syncyte"))) {
      throw new IllegalStateException(
          "SYNCYTE_HOME does not name a Syncyte folder; start through ./syncyte, which sets it");
    }
    return new Installation(Path.of(home));
  }

  /// A command that runs one of the Quarkus applications with settings as `-Dkey=value`.
  public List<String> application(String module, String heap, Map<String, String> settings) {
    var command = new ArrayList<>(java(heap));
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-jar");
    command.add(home.resolve(module).resolve("target/quarkus-app/quarkus-run.jar").toString());
    return command;
  }

  /// A command that runs a class of the coordinator's class path: the Kafka broker.
  public List<String> coordinatorMain(String heap, String mainClass, String... arguments) {
    var app = home.resolve("coordinator/target/quarkus-app");
    var command = new ArrayList<>(java(heap));
    command.add("-cp");
    command.add(app.resolve("app") + "/*:" + app.resolve("lib/main") + "/*");
    command.add(mainClass);
    command.addAll(List.of(arguments));
    return command;
  }

  /// A command that runs this command line in its own process.
  public List<String> syncyte(String heap, String... arguments) {
    var command = new ArrayList<>(java(heap));
    command.add("-Dai.djl.offline=true");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(COMMAND_LINE);
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> java(String heap) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx" + heap,
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "--enable-native-access=ALL-UNNAMED",
        "--add-modules=jdk.incubator.vector",
        "--add-opens=java.base/java.lang=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
  }
}
