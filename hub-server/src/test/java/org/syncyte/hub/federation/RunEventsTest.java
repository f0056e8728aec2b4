package org.syncyte.hub.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.syncyte.hub.HubClient.anonymous;
import static org.syncyte.hub.HubClient.user;
import static org.syncyte.hub.federation.Reports.put;
import static org.syncyte.hub.federation.Reports.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.HubResource;

@QuarkusTest
@QuarkusTestResource(HubResource.class)
@SuppressWarnings("NullAway.Init")
class RunEventsTest {
  @TestHTTPResource("/")
  URI self;

  @Inject RunListeners listeners;

  private record Event(long id, JsonNode run) {}

  /// One connection to the stream of events.
  private static final class Connection implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpResponse<Stream<String>> reply;
    private final Iterator<String> lines;

    Connection(URI address, @Nullable String last) throws IOException, InterruptedException {
      var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(20));
      if (last != null) {
        request.header("Last-Event-ID", last);
      }
      reply = http.send(request.build(), BodyHandlers.ofLines());
      lines = reply.body().iterator();
    }

    Event next() throws IOException {
      long id = -1;
      while (true) {
        var line = lines.next();
        if (line.startsWith("id:")) {
          id = Long.parseLong(line.substring(3));
        } else if (line.startsWith("data:")) {
          return new Event(id, new ObjectMapper().readTree(line.substring(5)));
        }
      }
    }

    String line() {
      return lines.next();
    }

    @Override
    public void close() {
      http.shutdownNow();
    }
  }

  private Connection listen(String query, @Nullable String last)
      throws IOException, InterruptedException {
    return new Connection(self.resolve("/api/federations/events" + query), last);
  }

  @Test
  void tellsEveryChangeAndResumesAfterTheLastOneSeen() throws Exception {
    var token = user("teller", "COORDINATE");
    put(token, "told/zero", training(0)).then().statusCode(204);
    long change = anonymous().get("/api/federations").then().extract().jsonPath().getLong("change");
    long last;
    try (var stream = listen("?after=" + change, null)) {
      assertThat(stream.reply.headers().firstValue("content-type").orElse(""))
          .startsWith("text/event-stream");
      assertThat(stream.line()).startsWith(":");
      put(token, "told/one", training(0)).then().statusCode(204);
      put(token, "told/one", training(1)).then().statusCode(204);
      var first = stream.next();
      var second = stream.next();
      assertThat(first.run().path("run").asText()).isEqualTo("one");
      assertThat(first.run().path("committed").asInt()).isZero();
      assertThat(second.run().path("committed").asInt()).isEqualTo(1);
      assertThat(second.id()).isGreaterThan(first.id()).isGreaterThan(change);
      assertThat(second.run().path("change").asLong()).isEqualTo(second.id());
      last = second.id();
    }
    put(token, "told/one", training(2)).then().statusCode(204);
    put(token, "told/two", training(0)).then().statusCode(204);
    put(token, "told/one", training(3)).then().statusCode(204);
    try (var stream = listen("", Long.toString(last))) {
      var two = stream.next();
      var one = stream.next();
      assertThat(two.run().path("run").asText()).isEqualTo("two");
      assertThat(one.run().path("committed").asInt()).as("the newest state alone").isEqualTo(3);
      assertThat(last).isLessThan(two.id());
      assertThat(two.id()).isLessThan(one.id());
      put(token, "told/two", training(1)).then().statusCode(204);
      assertThat(stream.next().id()).isGreaterThan(one.id());
    }
  }

  @Test
  void longAbsenceIsMadeUpInPiecesAndInOrder() throws Exception {
    var token = user("many", "COORDINATE");
    long change = anonymous().get("/api/federations").then().extract().jsonPath().getLong("change");
    int missed = 230;
    for (int i = 0; i < missed; i++) {
      put(token, "many/run-" + i, training(0)).then().statusCode(204);
    }
    var seen = new ArrayList<String>();
    long last = change;
    int connections = 0;
    while (seen.size() < missed) {
      connections++;
      try (var stream = listen("", Long.toString(last))) {
        while (seen.size() < missed) {
          try {
            var event = stream.next();
            assertThat(event.id()).isGreaterThan(last);
            last = event.id();
            seen.add(event.run().path("run").asText());
          } catch (java.util.NoSuchElementException end) {
            break;
          }
        }
      }
    }
    assertThat(connections).isEqualTo(2);
    assertThat(seen).doesNotHaveDuplicates().startsWith("run-0", "run-1").endsWith("run-229");
  }

  @Test
  void listenersAreBoundedAndGetSignsOfLife() throws Exception {
    var open = new ArrayList<Connection>();
    try {
      for (int i = 0; i < 8; i++) {
        open.add(listen("", null));
      }
      anonymous().get("/api/federations/events").then().statusCode(429).header("Retry-After", "30");
      listeners.pulse();
      var first = open.getFirst();
      assertThat(Stream.generate(first::line).limit(6).toList()).contains(":still here");
    } finally {
      open.forEach(Connection::close);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          listeners.pulse();
          try (var stream = listen("", null)) {
            return stream.reply.statusCode() == 200;
          }
        });
  }

  @Test
  void refusesWhatIsNoNumber() {
    anonymous()
        .header("Last-Event-ID", "17; drop")
        .get("/api/federations/events")
        .then()
        .statusCode(400);
    anonymous().get("/api/federations/events?after=-3").then().statusCode(400);
  }
}
