package org.syncyte.hub.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;
import org.syncyte.hub.StockClient;

/// P-03, R-19, R-20: gates, rights and organisations as the stock Python client sees them.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class AccessClientTest {
  @TestHTTPResource("/")
  @SuppressWarnings("NullAway.Init")
  String address;

  @Test
  void stockClientAsksIsLetInAndSharesAnOrganisation() throws Exception {
    assertThat(
            StockClient.run(
                "huggingface_access.py",
                address.replaceAll("/+$", ""),
                HubClient.adminToken(),
                HubClient.user("gatekeeper", "WRITE"),
                HubClient.user("visitor", "WRITE")))
        .contains("DONE");
  }
}
