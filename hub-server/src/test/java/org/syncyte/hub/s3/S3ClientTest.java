package org.syncyte.hub.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubClient;
import org.syncyte.hub.HubResource;
import org.syncyte.hub.StockClient;

/// The stock S3 client against the running hub.
@QuarkusTest
@QuarkusTestResource(HubResource.class)
class S3ClientTest {
  @TestHTTPResource("/")
  @SuppressWarnings("NullAway.Init")
  String address;

  @Test
  void stockClientPutsGetsListsCopiesAndIsRefusedCleanly() throws Exception {
    String secret = HubClient.user("s3user", "WRITE");
    int number =
        HubClient.with(secret)
            .get("/api/v1/users/s3user/tokens")
            .then()
            .statusCode(200)
            .extract()
            .path("[0].id");
    String endpoint = address.replaceAll("/+$", "");
    String output = StockClient.run("s3_round_trip.py", endpoint, Integer.toString(number), secret);
    assertThat(output).contains("DONE");
    assertThat(HubClient.files("incoming")).isZero();
  }
}
