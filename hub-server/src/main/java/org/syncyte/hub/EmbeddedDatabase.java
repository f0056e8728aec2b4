package org.syncyte.hub;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/// A real PostgreSQL server as a child process, its data kept below the hub's data directory.
///
/// The server binary comes as a Maven artefact and is unpacked once. Unlike in its usual place, a
/// test, the data matter here: writes are flushed to disk (`fsync`, `synchronous_commit`), the
/// server listens on the loopback address only, and a server that an earlier, killed hub left
/// behind is stopped before a new one opens the same directory.
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);
  private final EmbeddedPostgres server;

  private EmbeddedDatabase(EmbeddedPostgres server) {
    this.server = server;
  }

  public static EmbeddedDatabase start(Path directory) {
    try {
      Path data = directory.toAbsolutePath().resolve("data");
      Files.createDirectories(directory);
      stopLeftover(data);
      var server =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setOverrideWorkingDirectory(directory.toAbsolutePath().resolve("binaries").toFile())
              .setCleanDataDirectory(false)
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setServerConfig("fsync", "on")
              .setServerConfig("full_page_writes", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("max_connections", "100")
              // Compiling a plan takes longer than any query here.
              .setServerConfig("jit", "off")
              .setPGStartupWait(Duration.ofMinutes(1))
              .setRegisterShutdownHook(false)
              .start();
      LOG.infof("embedded PostgreSQL on port %d, data in %s", server.getPort(), data);
      return new EmbeddedDatabase(server);
    } catch (IOException failure) {
      throw new IllegalStateException(
          "embedded PostgreSQL did not start in "
              + directory
              + "; set syncyte.hub.database.url to use an external server",
          failure);
    }
  }

  private static void stopLeftover(Path data) throws IOException {
    Path lock = data.resolve("postmaster.pid");
    if (!Files.exists(lock)) {
      return;
    }
    long pid = Long.parseLong(Files.readAllLines(lock).getFirst().strip());
    var process = ProcessHandle.of(pid).orElse(null);
    if (process == null || !process.info().command().orElse("").contains("postgres")) {
      return;
    }
    LOG.warnf("stopping the database server (process %d) that an earlier run left behind", pid);
    process.destroy();
    try {
      process.onExit().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IOException("process " + pid + " still holds " + data, failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for process " + pid, interrupted);
    }
  }

  public String url() {
    return server.getJdbcUrl("postgres", "postgres");
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failure) {
      LOG.warn("embedded PostgreSQL did not stop cleanly", failure);
    }
  }
}
