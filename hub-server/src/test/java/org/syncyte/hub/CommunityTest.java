package org.syncyte.hub;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// What needs settings that a hub does not have by itself: webhooks to this machine, an identity
/// provider, a limit.
@QuarkusTest
@TestProfile(CommunityProfile.class)
class CommunityTest {
  @TestHTTPResource("/")
  @SuppressWarnings("NullAway.Init")
  String address;

  /// webhook delivery, secret, retry and replay, judged by the stock client.
  @Test
  void webhooksTellWhatHappenedUntilTheyAreHeard() throws Exception {
    assertThat(
            StockClient.run(
                "huggingface_webhooks.py",
                endpoint(),
                HubClient.user("teller", "WRITE"),
                HubClient.user("listener", "WRITE")))
        .contains("DONE");
  }

  @Test
  void everyEventIsOnTheTopicInOrder() throws Exception {
    String token = HubClient.user("kafka-user", "WRITE");
    HubClient.create(token, "kafka-user/logged");
    String commit =
        HubClient.committed(
            token, "kafka-user/logged", HubClient.header("Add"), HubClient.file("a", "a"));
    HubClient.with(token)
        .contentType("application/json")
        .body("{\"organization\":\"kafka-user\",\"name\":\"logged\"}")
        .delete("/api/repos/delete")
        .then()
        .statusCode(200);
    var settings =
        Map.<String, Object>of(
            "bootstrap.servers", BrokerResource.brokers(), "auto.offset.reset", "earliest");
    var heard = new ArrayList<JsonNode>();
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition("hub.events", 0)));
      consumer.seekToBeginning(consumer.assignment());
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> {
            for (var one : consumer.poll(Duration.ofMillis(200))) {
              if (one.key().equals("kafka-user/logged")) {
                heard.add(new ObjectMapper().readTree(one.value()));
              }
            }
            return heard.size() >= 3;
          });
    }
    assertThat(heard.stream().map(one -> one.at("/event/action").asText()))
        .containsExactly("create", "update", "delete");
    assertThat(heard.get(1).at("/updatedRefs/0/newSha").asText()).isEqualTo(commit);
    assertThat(heard.get(1).has("webhook")).isFalse();
  }

  /// rate-limit headers, per caller.
  @Test
  void callersAboveTheLimitAreToldHowLongToWait() {
    String token = HubClient.user("eager", "READ");
    String other = HubClient.user("patient", "READ");
    HubClient.with(token)
        .get("/api/whoami-v2")
        .then()
        .statusCode(200)
        .header("RateLimit", matchesPattern("\"api\";r=399;t=(59|60)"))
        .header("RateLimit-Policy", equalTo("\"fixed window\";\"api\";q=400;w=60"));
    for (int i = 0; i < 399; i++) {
      HubClient.with(token).get("/api/no-such-route");
    }
    HubClient.with(token)
        .get("/api/whoami-v2")
        .then()
        .statusCode(429)
        .header("RateLimit", matchesPattern("\"api\";r=0;t=[0-9]+"))
        .header("RateLimit-Policy", equalTo("\"fixed window\";\"api\";q=400;w=60"))
        .header("Retry-After", matchesPattern("[1-9][0-9]?"))
        .header("X-Error-Message", containsString("Too many requests"))
        .body("error", containsString("Too many requests"));
    HubClient.with(other).get("/api/whoami-v2").then().statusCode(200);
  }

  @Test
  void theUniversityVouchesForItsPeople() {
    var cookies = new HashMap<String, String>();
    assertThat(get("/login", cookies).asString()).contains("Sign in with the university");
    var reply = get("/login/oidc?next=/settings", cookies);
    String first = follow(reply, cookies);
    assertThat(first).contains("Ada Lovelace", "ada@example.org", "ada-lovelace-example-org");
    assertThat(cookies).containsKey("syncyte_session");
    cookies.clear();
    assertThat(follow(get("/login/oidc?next=/settings", cookies), cookies))
        .as("the same account again")
        .contains("ada-lovelace-example-org")
        .doesNotContain("example-org-2");
    HubClient.anonymous()
        .redirects()
        .follow(false)
        .get("/login/oidc?code=forged&state=forged")
        .then()
        .statusCode(org.hamcrest.Matchers.anyOf(equalTo(302), equalTo(401)));
    HubClient.admin().get("/api/whoami-v2").then().statusCode(200).body("name", equalTo("admin"));
  }

  private static String follow(Response first, Map<String, String> cookies) {
    var reply = first;
    for (int hop = 0; hop < 8 && reply.statusCode() / 100 == 3; hop++) {
      reply = get(reply.getHeader("Location"), cookies);
    }
    assertThat(reply.statusCode()).as(reply.asString()).isEqualTo(200);
    return reply.asString();
  }

  private static Response get(String path, Map<String, String> cookies) {
    var reply =
        given()
            .redirects()
            .follow(false)
            .urlEncodingEnabled(false)
            .header("Accept", "text/html")
            .cookies(cookies)
            .get(path);
    cookies.putAll(reply.cookies());
    return reply;
  }

  private String endpoint() {
    return address.replaceAll("/+$", "");
  }
}
