package org.syncyte.hub.start;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.syncyte.hub.EmbeddedDatabase;
import org.syncyte.hub.keep.VerifyCommand;

/// Starts the hub. The embedded database must answer before the container opens its connections, so
/// it starts first, from the few settings it needs, and stops last.
@QuarkusMain
public final class Hub {
  private static final Logger LOG = Logger.getLogger(Hub.class);
  private static final String DATABASE_URL = "syncyte.hub.database.url";
  private static final String DATABASE_USER = "syncyte.hub.database.username";
  private static final String DATABASE_PASSWORD = "syncyte.hub.database.password";
  private static final int LOGIN_SECONDS = 10;

  private Hub() {}

  public static void main(String... arguments) throws IOException {
    if (arguments.length == 2 && arguments[0].equals("verify")) {
      System.exit(VerifyCommand.run(Path.of(arguments[1]), System.out, System.err));
    }
    var settings = earlySettings();
    var external = settings.getOptionalValue(DATABASE_URL, String.class);
    if (external.isPresent()) {
      requireDatabase(external.get(), settings);
      Quarkus.run(arguments);
      return;
    }
    Path data =
        Path.of(
            settings.getOptionalValue("syncyte.hub.data-dir", String.class).orElse(".syncyte/hub"));
    var database = EmbeddedDatabase.start(data.resolve("postgres"));
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> closeAfter(stopped, database), "database"));
    System.setProperty(DATABASE_URL, database.url());
    Quarkus.run(
        null,
        (code, failure) -> {
          stopped.countDown();
          if (failure != null) {
            LOG.error("the hub did not start", failure);
          }
          System.exit(failure == null ? code : 1);
        },
        arguments);
  }

  /// Ends the process with one sentence if that database cannot be used: the container would say so
  /// in a hundred lines.
  private static void requireDatabase(String url, SmallRyeConfig settings) {
    DriverManager.setLoginTimeout(LOGIN_SECONDS);
    try {
      DriverManager.getConnection(
              url,
              settings.getOptionalValue(DATABASE_USER, String.class).orElse("postgres"),
              settings.getOptionalValue(DATABASE_PASSWORD, String.class).orElse("postgres"))
          .close();
    } catch (SQLException problem) {
      System.err.printf(
          "syncyte: the database %s cannot be used (%s). Correct %s, or leave it out: the hub then"
              + " starts a database of its own.%n",
          url, problem.getMessage(), DATABASE_URL);
      System.exit(1);
    }
  }

  /// The process may not end before the database has: the container stops first, or has its time.
  private static void closeAfter(CountDownLatch stopped, EmbeddedDatabase database) {
    try {
      if (!stopped.await(20, TimeUnit.SECONDS)) {
        LOG.warn("the hub takes long to stop; closing its database");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    database.close();
  }

  private static SmallRyeConfig earlySettings() throws IOException {
    var builder = new SmallRyeConfigBuilder().addDefaultInterceptors().addDefaultSources();
    Path file = Path.of("config", "application.properties");
    if (Files.isReadable(file)) {
      builder.withSources(new PropertiesConfigSource(file.toUri().toURL(), 260));
    }
    return builder.build();
  }
}
