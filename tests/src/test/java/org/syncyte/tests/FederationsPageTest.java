package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A visitor watches a run that goes on: a real hub, a real browser, reports as a coordinator sends
/// them.
final class FederationsPageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long DECLARED = 1_764_000_000_000L;

  @Test
  void aRunGoesOnBeforeTheVisitorsEyes(@TempDir Path work) throws Exception {
    try (var hub = HubProcess.start(work.resolve("hub"));
        var browser = new Chromium(hub.address())) {
      var token = token(hub);
      var page = browser.page(true);
      page.navigate("/");
      page.getByText("Federations").first().click();
      page.waitForURL("**/federations");
      PlaywrightAssertions.assertThat(page.locator("main")).containsText("No public run");
      page.evaluate("() => { window.loadedOnce = true; }");

      report(hub, token, "lung", training(0));
      var run = page.locator("li[data-run='live/lung']");
      PlaywrightAssertions.assertThat(run).containsText("round 1 of 4");
      PlaywrightAssertions.assertThat(page.locator("main")).not().containsText("No public run");
      for (int committed = 1; committed < 4; committed++) {
        report(hub, token, "lung", training(committed));
        PlaywrightAssertions.assertThat(run).containsText("round " + (committed + 1) + " of 4");
        PlaywrightAssertions.assertThat(run.locator("progress"))
            .hasAttribute("value", Integer.toString(committed));
      }
      PlaywrightAssertions.assertThat(run.locator("[data-loss]")).hasText("333.3");
      assertThat(points(run)).hasSize(3);
      Chromium.picture(page, "federations-live");
      var drawn = run.locator("polyline").getAttribute("points");

      var plain = browser.page(false);
      plain.navigate("/federations");
      assertThat(plain.locator("polyline").getAttribute("points"))
          .as("the script draws as the server does")
          .isEqualTo(drawn);
      PlaywrightAssertions.assertThat(plain.locator("main")).containsText("Reload the page");

      report(hub, token, "lung", ended());
      PlaywrightAssertions.assertThat(run).hasAttribute("data-state", "completed");
      report(hub, token, "heart", training(1));
      PlaywrightAssertions.assertThat(page.locator("ol.runs > li").first())
          .hasAttribute("data-run", "live/heart");
      assertThat(page.evaluate("() => window.loadedOnce === true")).isEqualTo(true);
      narrow(page);
      assertThat(browser.complaints()).isEmpty();
    }
  }

  /// On a telephone the header has two rows, and nothing stands alone.
  private static void narrow(Page page) {
    page.setViewportSize(360, 740);
    Chromium.picture(page, "federations-360");
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    var tops =
        page.evaluate(
            "() => new Set([...document.querySelectorAll('header.site nav.site a')]"
                + ".map(a => a.offsetTop)).size");
    assertThat(tops).as("rows of links").isEqualTo(1);
  }

  private static String[] points(Locator run) {
    return run.locator("polyline").getAttribute("points").split(" ");
  }

  private static String token(HubProcess hub) throws IOException, InterruptedException {
    var reply =
        hub.send(
            hub.request("/api/v1/users/admin/tokens")
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"label\": \"coordinator\", \"role\": \"COORDINATE\"}")));
    return JSON.readTree(reply.body()).path("token").asText();
  }

  private static void report(HubProcess hub, String token, String run, Map<String, ?> state)
      throws IOException, InterruptedException {
    var reply =
        hub.send(
            hub.request("/api/v1/fed/live/runs/" + run)
                .setHeader("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(JSON.writeValueAsString(state))));
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(204);
  }

  private static Map<String, Object> training(int committed) {
    var rounds = IntStream.rangeClosed(1, committed).boxed().toList();
    var losses = rounds.stream().map(round -> 1000.0 / round).collect(Collectors.toList());
    var state = new java.util.HashMap<String, Object>();
    state.put("schema", 1);
    state.put("listing", "sites");
    state.put("model", "SCVI");
    state.put("phase", "training");
    state.put("round", committed + 1);
    state.put("committed", committed);
    state.put("rounds", 4);
    state.put("answered", 1);
    state.put("sites", 2);
    state.put("site_names", java.util.List.of("north", "south"));
    state.put("losses", Map.of("round", rounds, "elbo_train", losses, "elbo_validation", losses));
    state.put("declared_ms", DECLARED);
    return state;
  }

  private static Map<String, Object> ended() {
    var state = training(4);
    state.putAll(
        Map.of(
            "phase", "ended", "round", 4, "outcome", "COMPLETED", "ended_ms", DECLARED + 60_000));
    return state;
  }
}
