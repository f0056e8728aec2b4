package org.syncyte.coordinator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Settings of a coordinator.
@ConfigMapping(prefix = "syncyte")
interface Settings {
  Coordinator coordinator();

  Kafka kafka();

  /// `syncyte.coordinator.*`
  interface Coordinator {
    /// Folder with the signing key, the generated token and, by default, the broker's data.
    @WithDefault("data/coordinator")
    Path data();

    /// Bearer token of the REST interface; without one, `data/token` holds a generated one.
    Optional<String> token();

    /// Whether a site may enrol itself in a federation that is open. For demonstrations.
    @WithDefault("false")
    boolean openEnrolment();

    /// Where blobs are kept.
    @WithDefault("http://127.0.0.1:8080")
    URI hub();

    /// Bearer token for the hub: of the role `WRITE`, or `COORDINATE` to show public runs there.
    Optional<String> hubToken();

    /// Name of this instance in the journal; host and process by default.
    Optional<String> instance();
  }

  /// `syncyte.kafka.*`
  interface Kafka {
    /// An external cluster; without it a broker of our own is started.
    Optional<String> bootstrapServers();

    /// Port of our own broker.
    @WithDefault("9092")
    int port();

    /// Where our own broker listens and says it is.
    @WithDefault("127.0.0.1")
    String host();

    /// Data of our own broker; `<coordinator data>/kafka` by default.
    Optional<Path> data();
  }
}
