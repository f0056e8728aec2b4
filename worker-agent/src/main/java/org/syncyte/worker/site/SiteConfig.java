package org.syncyte.worker.site;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How an agent finds its data, its federation and its folder. No permission is given here; that is
/// what the policy is for.
///
/// @param site this site's id, `[a-z0-9-]{1,32}`
/// @param federation the federation's id, same letters
/// @param kafka bootstrap servers, `host:port[,host:port]`
/// @param hub base address of the hub
/// @param tokenFile file that holds the hub token
/// @param data `.h5ad` files with this site's cells
/// @param folder where the agent keeps its journal, its keys and its results
/// @param policy the policy file
/// @param coordinatorKey file with the coordinator's public key (base64 of its X.509 form)
/// @param kafkaProperties further client settings, such as TLS
public record SiteConfig(
    String site,
    String federation,
    String kafka,
    URI hub,
    @Nullable Path tokenFile,
    List<Path> data,
    Path folder,
    Path policy,
    @Nullable Path coordinatorKey,
    Map<String, String> kafkaProperties) {
  private static final Set<String> KEYS =
      Set.of(
          "version",
          "site",
          "federation",
          "kafka",
          "hub",
          "token-file",
          "data",
          "folder",
          "policy",
          "coordinator-key",
          "kafka-properties");

  public SiteConfig {
    checkId("site", site);
    checkId("federation", federation);
    data = List.copyOf(data);
    kafkaProperties = Map.copyOf(kafkaProperties);
    if (data.isEmpty()) {
      throw new IllegalArgumentException("'data' names no file; name at least one .h5ad file");
    }
    if (hub.getHost() == null || !Set.of("http", "https").contains(hub.getScheme())) {
      throw new IllegalArgumentException(
          "'hub' is '%s', expected an address such as https://hub.example.org".formatted(hub));
    }
  }

  /// Relative paths are taken from the folder that holds the file.
  ///
  /// @throws IllegalArgumentException if the file says anything that this release does not know
  public static SiteConfig read(Path file) {
    var yaml = Yaml.read(file, KEYS);
    yaml.requireVersion(1);
    var parent = file.toAbsolutePath().getParent();
    var base = parent == null ? file.toAbsolutePath() : parent;
    var token = yaml.text("token-file");
    var key = yaml.text("coordinator-key");
    try {
      return new SiteConfig(
          yaml.required("site"),
          yaml.required("federation"),
          yaml.required("kafka"),
          URI.create(yaml.required("hub")),
          token == null ? null : base.resolve(token),
          yaml.list("data").stream().map(base::resolve).toList(),
          base.resolve(yaml.required("folder")),
          base.resolve(yaml.required("policy")),
          key == null ? null : base.resolve(key),
          yaml.map("kafka-properties"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /// The hub token, or null when none is configured.
  public @Nullable String token() {
    if (tokenFile == null) {
      return null;
    }
    try {
      return Files.readString(tokenFile).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read the token file " + tokenFile, e);
    }
  }

  private static void checkId(String what, String id) {
    if (!id.matches("[a-z0-9-]{1,32}")) {
      throw new IllegalArgumentException(
          "'%s' is '%s'; up to 32 of a-z, 0-9 and '-' are allowed".formatted(what, id));
    }
  }
}
