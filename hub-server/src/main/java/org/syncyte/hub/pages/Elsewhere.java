package org.syncyte.hub.pages;

import io.quarkus.runtime.annotations.ConfigDocIgnore;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/// The identity provider that vouches for people. The hub is a confidential client of it and is led
/// back to at `/login/oidc`.
@ConfigMapping(prefix = "syncyte.hub.oidc")
public interface Elsewhere {
  /// Whether people may sign in with it.
  @WithDefault("false")
  boolean enabled();

  /// What people call it.
  @WithDefault("your organisation")
  String name();

  /// Its address, below which it describes itself.
  Optional<String> issuer();

  /// What it calls this hub.
  Optional<String> clientId();

  @ConfigDocIgnore
  Optional<String> clientSecret();
}
