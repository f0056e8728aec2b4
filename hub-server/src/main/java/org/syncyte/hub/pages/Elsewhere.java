package org.syncyte.hub.pages;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The identity provider that vouches for people, if one is configured.
@ApplicationScoped
class Elsewhere {
  private final boolean enabled;
  private final String name;

  Elsewhere(
      @ConfigProperty(name = "syncyte.hub.oidc.enabled", defaultValue = "false") boolean enabled,
      @ConfigProperty(name = "syncyte.hub.oidc.name", defaultValue = "your organisation")
          String name) {
    this.enabled = enabled;
    this.name = name;
  }

  /// What people call it.
  Optional<String> name() {
    return enabled ? Optional.of(name) : Optional.empty();
  }
}
