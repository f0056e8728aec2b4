package org.syncyte.hub;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A real PostgreSQL and an empty data directory for the tests, and the administrator's token.
public final class HubResource implements QuarkusTestResourceLifecycleManager {
  private @Nullable EmbeddedDatabase database;

  @Override
  public Map<String, String> start() {
    try {
      Path data = Files.createTempDirectory(Path.of("target"), "hub").toAbsolutePath();
      var started = EmbeddedDatabase.start(data.resolve("postgres"));
      database = started;
      return Map.of(
          "syncyte.hub.data-dir",
          data.toString(),
          "syncyte.hub.database.url",
          started.url(),
          "syncyte.hub.limits.multipart-from",
          "200000",
          "syncyte.hub.limits.part-size",
          "100000",
          "syncyte.hub.federations.listeners",
          "8");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void stop() {
    if (database != null) {
      database.close();
    }
  }

  /// The directory of the running test hub, read by tests of what is on disk.
  static Path directory() {
    return Path.of(
        org.eclipse.microprofile.config.ConfigProvider.getConfig()
            .getValue("syncyte.hub.data-dir", String.class));
  }
}
