package org.syncyte.hub;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/// A hub that calls webhooks on this machine, trusts an identity provider, tells a Kafka cluster
/// everything, and limits requests.
public final class CommunityProfile implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "syncyte.hub.webhooks.allow-private", "true",
        "syncyte.hub.webhooks.pause", "PT0.1S",
        "syncyte.hub.rate-limit.requests", "400",
        "syncyte.hub.rate-limit.window", "PT1M");
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(
        new TestResourceEntry(HubResource.class),
        new TestResourceEntry(ProviderResource.class),
        new TestResourceEntry(BrokerResource.class));
  }
}
