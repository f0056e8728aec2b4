package org.syncyte.hub;

import io.quarkus.runtime.annotations.ConfigDocIgnore;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Everything an operator can set. Each key also works as an environment variable:
/// `syncyte.hub.data-dir` is `SYNCYTE_HUB_DATA_DIR`.
@ConfigMapping(prefix = "syncyte.hub")
public interface HubSettings {
  /// The HTTP port.
  @WithDefault("8425")
  int port();

  /// Where blobs, keys and the embedded database live.
  @WithDefault(".syncyte/hub")
  Path dataDir();

  /// The address that clients use, with an optional path prefix. Without it the address is taken
  /// from each request (`X-Forwarded-Proto`, `-Host`, `-Prefix`, else `Host`).
  Optional<URI> publicUrl();

  /// Holds the first administrator's token. If the file exists before the first start its content
  /// is used, otherwise a token is drawn and written there. Default: `admin.token` in the data
  /// directory.
  Optional<Path> bootstrapTokenFile();

  Database database();

  Limits limits();

  /// An external PostgreSQL; without `url` an embedded one runs in the data directory.
  interface Database {
    /// JDBC address of an external PostgreSQL.
    Optional<String> url();

    @WithDefault("postgres")
    String username();

    @WithDefault("postgres")
    @ConfigDocIgnore
    String password();
  }

  interface Limits {
    /// Files above this size are kept as large files, whatever their name.
    @WithDefault("10485760")
    long regularFile();

    /// Large files above this size are uploaded in parts.
    @WithDefault("104857600")
    long multipartFrom();

    /// The size of one part of a large file.
    @WithDefault("67108864")
    long partSize();

    /// No single file may be larger.
    @WithDefault("50000000000")
    long file();

    /// The files that one shard of a chunked upload describes may not be larger together.
    @WithDefault("200000000000")
    long shard();

    /// A JSON request body may not be larger.
    @WithDefault("16777216")
    int json();

    /// How long a signed upload address is valid.
    @WithDefault("PT6H")
    Duration signedUrl();
  }
}
