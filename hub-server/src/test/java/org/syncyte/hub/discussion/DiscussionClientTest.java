package org.syncyte.hub.discussion;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;
import org.syncyte.hub.StockClient;

/// P-02, P-03: discussions and pull requests as the stock Python client makes them.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class DiscussionClientTest {
  @TestHTTPResource("/")
  @SuppressWarnings("NullAway.Init")
  String address;

  @Test
  void stockClientTalksProposesAndMerges() throws Exception {
    assertThat(
            StockClient.run(
                "huggingface_discussions.py",
                address.replaceAll("/+$", ""),
                HubClient.user("talker", "WRITE"),
                HubClient.user("proposer", "WRITE")))
        .contains("DONE");
  }
}
