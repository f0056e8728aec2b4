package org.syncyte.hub.account;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.HubSettings;

/// The first start: makes the administrator and leaves the token where only the operator can read
/// it.
@ApplicationScoped
class Bootstrap {
  private static final Logger LOG = Logger.getLogger(Bootstrap.class);

  void start(@Observes StartupEvent event, Accounts accounts, HubSettings settings)
      throws IOException {
    Path file = settings.bootstrapTokenFile().orElse(settings.dataDir().resolve("admin.token"));
    String drawn = accounts.bootstrap(read(file));
    if (drawn == null || Files.exists(file)) {
      return;
    }
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.createFile(file, ownerOnly);
    Files.writeString(file, drawn + "\n");
    LOG.infof("the administrator's token is in %s", file);
  }

  private static @Nullable String read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    String secret = Files.readString(file).strip();
    if (secret.length() < 32) {
      throw new IllegalStateException(
          file + " holds a token shorter than 32 characters; delete it to have one drawn");
    }
    return secret;
  }
}
