package org.syncyte.hub;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An identity provider for the tests, and the settings that make the hub trust it.
public final class ProviderResource implements QuarkusTestResourceLifecycleManager {
  private @Nullable Provider provider;

  @Override
  public Map<String, String> start() {
    try {
      var started = new Provider();
      provider = started;
      return Map.of(
          "syncyte.hub.oidc.enabled",
          "true",
          "syncyte.hub.oidc.name",
          "the university",
          "syncyte.hub.oidc.issuer",
          started.issuer(),
          "syncyte.hub.oidc.client-id",
          Provider.CLIENT,
          "syncyte.hub.oidc.client-secret",
          Provider.SECRET);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void stop() {
    if (provider != null) {
      provider.close();
    }
  }
}
