package org.syncyte.hub;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Starts the hub. The embedded database must answer before the container opens its connections, so
/// it starts first, from the few settings it needs, and stops last.
@QuarkusMain
public final class Hub {
  private static final Logger LOG = Logger.getLogger(Hub.class);
  private static final String DATABASE_URL = "syncyte.hub.database.url";

  private Hub() {}

  public static void main(String... arguments) throws IOException {
    var settings = earlySettings();
    if (settings.getOptionalValue(DATABASE_URL, String.class).isPresent()) {
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
