package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every page owes its readers: names for controls and pictures, headings in order, landmarks,
/// contrast, focus that is seen, no sideways scrolling, nothing that jumps, few bytes, a quiet
/// console, and a security policy that nothing breaks.
///
/// Names, labels, landmarks and contrast are axe-core's to judge, the rest is in `page-checks.js`.
final class PageQualityTest {
  private static final String MODEL = "/admin/blood";
  private static final int FIRST_PAGE = 200_000;
  private static final List<String> PUBLIC =
      List.of(
          "/",
          "/?q=blood",
          "/admin",
          "/about",
          "/coverage",
          "/login",
          MODEL,
          MODEL + "/map",
          MODEL + "/training",
          MODEL + "/evaluation",
          MODEL + "/genes",
          MODEL + "/trust",
          MODEL + "/tree/main",
          MODEL + "/blob/main/README.md",
          MODEL + "/commits/main",
          MODEL + "/compare/main..main",
          MODEL + "/use",
          MODEL + "/discussions",
          MODEL + "/discussions/1",
          "/nobody");
  private static final List<String> SIGNED_IN =
      List.of(
          "/new",
          "/settings",
          "/settings/tokens",
          "/settings/webhooks",
          MODEL + "/settings",
          MODEL + "/upload",
          MODEL + "/discussions/1");

  private static final List<String> EVERYTHING = List.of("wcag2a", "wcag2aa", "best-practice");

  /// Names do not depend on colours, so the dark needs no second look at them.
  private static final List<String> COLOURS = List.of("color-contrast");

  /// Notes how far the page's parts jump, from the first paint on.
  private static final String SHIFTS =
      """
      let shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
      performance.syncyteShift = () => shift;
      """;

  private static HubProcess hub;
  private static Chromium chromium;
  private static String axe;
  private static String checks;

  @BeforeAll
  static void publish(@TempDir Path work) throws IOException, InterruptedException {
    hub = HubProcess.start(work.resolve("hub"));
    SampleModel.publish(hub, MODEL.substring(1), work);
    var asked =
        hub.request("/api/models" + MODEL + "/discussions")
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    "{\"title\":\"Which donors?\",\"description\":\"Were **all** of them healthy?\"}"));
    assertThat(hub.send(asked).statusCode()).isEqualTo(200);
    axe = Files.readString(Path.of(StockClients.modules(), "axe-core", "axe.min.js"));
    try (var in = PageQualityTest.class.getResourceAsStream("/page-checks.js")) {
      checks = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    chromium = new Chromium(hub.address());
  }

  @AfterAll
  static void stop() {
    chromium.close();
    hub.close();
  }

  @Test
  void everyPageIsSoundInTheLightOnAWideScreen() {
    everyPage(ColorScheme.LIGHT, 1280);
  }

  @Test
  void everyPageIsSoundInTheDarkOnATelephone() {
    everyPage(ColorScheme.DARK, 360);
  }

  @Test
  void firstPageIsSmall() {
    var page = page(ColorScheme.LIGHT, 1280);
    page.navigate("/");
    page.waitForLoadState();
    var bytes =
        (Number)
            page.evaluate(
                "[...performance.getEntriesByType('navigation'),"
                    + " ...performance.getEntriesByType('resource')]"
                    + ".reduce((sum, entry) => sum + entry.transferSize, 0)");
    assertThat(bytes.intValue()).isBetween(1_000, FIRST_PAGE);
    page.context().close();
  }

  private static void everyPage(ColorScheme colours, int width) {
    chromium.complaints().clear();
    var found = new ArrayList<String>();
    var page = page(colours, width);
    PUBLIC.forEach(path -> look(page, path, colours, width, found));
    Chromium.signIn(page, "admin", token(), "/settings");
    SIGNED_IN.forEach(path -> look(page, path, colours, width, found));
    page.context().close();
    // The browser itself tells of a page that is not there.
    chromium.complaints().removeIf(one -> one.contains("/nobody: Failed to load resource"));
    found.addAll(chromium.complaints());
    assertThat(found).isEmpty();
  }

  private static Page page(ColorScheme colours, int width) {
    var page = chromium.page(colours, width);
    page.addInitScript(SHIFTS);
    return page;
  }

  private static void look(
      Page page, String path, ColorScheme colours, int width, List<String> found) {
    page.navigate(path);
    page.waitForLoadState();
    if (path.endsWith("/map")) {
      page.waitForSelector("figure.map[data-ready]");
    }
    Chromium.snapshot(
        page, "quality-%s-%d%s".formatted(colours, width, path.replaceAll("[^A-Za-z0-9]+", "-")));
    page.keyboard().press("Tab");
    for (var problem : (List<?>) page.evaluate(checks)) {
      found.add(path + ": " + problem);
    }
    page.evaluate(axe);
    for (var problem :
        (List<?>)
            page.evaluate(
                """
                async (only) => (await axe.run({ resultTypes: ["violations"], runOnly: only }))
                  .violations.flatMap((rule) =>
                    rule.nodes.slice(0, 3).map((node) => rule.id + ": " + node.html.slice(0, 160) + " " +
                      node.any.concat(node.all).map((one) => one.message).join("; ")))
                """,
                colours == ColorScheme.DARK ? COLOURS : EVERYTHING)) {
      found.add(path + ": " + problem);
    }
  }

  private static String token() {
    try {
      return hub.token();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
