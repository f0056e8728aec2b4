package org.syncyte.worker.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A child process with its own log file, stopped with its parent.
final class ManagedProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final int LAST_LINES = 12;

  private final String name;
  private final Process process;
  private final Path log;

  private ManagedProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /// Starts a command; its output is appended to `log`.
  static ManagedProcess start(
      String name, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return new ManagedProcess(name, builder.start(), log);
  }

  String name() {
    return name;
  }

  boolean alive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /// Calls `then` once the process has ended, however it did.
  void onExit(Runnable then) {
    var _ = process.onExit().thenRun(then);
  }

  /// Waits until `ready` answers true.
  ///
  /// @throws IllegalStateException if the process ends first or the time is over; the message holds
  ///   the last lines of its log
  void await(Duration limit, BooleanSupplier ready) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "%s ended with exit code %d:%n%s".formatted(name, process.exitValue(), lastLines()));
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "%s was not ready within %d s:%n%s".formatted(name, limit.toSeconds(), lastLines()));
      }
      TimeUnit.MILLISECONDS.sleep(150);
    }
  }

  /// Asks the process to stop, then insists.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private String lastLines() {
    try {
      var lines = Files.readAllLines(log);
      return "  "
          + String.join("\n  ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()))
          + "\n  (whole log: "
          + log
          + ")";
    } catch (IOException e) {
      return "  (its log " + log + " cannot be read: " + e.getMessage() + ")";
    }
  }
}
