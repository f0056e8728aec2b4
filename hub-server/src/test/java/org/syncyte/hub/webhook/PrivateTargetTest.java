package org.syncyte.hub.webhook;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;

/// R-21, bad input: a hub that nobody configured calls nothing inside its own networks.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class PrivateTargetTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"http://localhost:8425/", "http://169.254.169.254/", "http://[::1]/", "file:///x"})
  void refusesWebhooksIntoItsOwnNetworks(String url) {
    String token = HubClient.user("h" + Math.abs(url.hashCode()), "WRITE");
    HubClient.with(token)
        .contentType("application/json")
        .body("{\"url\":\"%s\",\"watched\":[{\"type\":\"user\",\"name\":\"x\"}]}".formatted(url))
        .post("/api/settings/webhooks")
        .then()
        .statusCode(400)
        .body("error", containsString("url"));
    HubClient.with(token).get("/api/settings/webhooks").then().body("$", empty());
  }
}
