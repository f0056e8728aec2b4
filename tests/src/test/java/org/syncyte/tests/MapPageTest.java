package org.syncyte.tests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A map of 200,000 cells, from the agent's writer through the hub onto the screen.
final class MapPageTest {
  private static final String REPO = "admin/ring";
  private static HubProcess hub;
  private static Chromium chromium;
  private static List<String> notes;

  @BeforeAll
  static void publish(@TempDir Path work) throws IOException, InterruptedException {
    hub = HubProcess.start(work.resolve("hub"));
    notes = SampleMap.publish(hub, REPO, work, 200_000);
    chromium = new Chromium(hub.address());
  }

  @AfterAll
  static void stop() {
    chromium.close();
    hub.close();
  }

  @Test
  void manyCellsAreZoomedColouredAndNamed() {
    assertThat(notes)
        .containsExactly("obs column 'clone' is not on the map: it has more than 2,000 categories");
    var page = chromium.page(true);
    page.navigate("/" + REPO + "/map");
    var figure = page.locator("figure.map[data-ready]");
    assertThat(figure).hasAttribute("data-ready", "2");
    assertThat(page.locator("main")).containsText("200,000 cells in two dimensions");
    assertThat(page.locator("nav.switch a")).hasText(new String[] {"cell type", "depth"});
    assertThat(page.locator("table.legend tbody tr")).hasCount(SampleMap.TYPES);
    assertThat(page.locator("table.legend tbody tr").first()).containsText("25,000");
    assertThat(figure).hasAttribute("data-shown", "200000");

    // Type 0 lies alone at one end of the first component, whichever way that points.
    var above = page.locator("canvas.above");
    boolean right = names(page, above, 0.88);
    assertThat(right || names(page, above, 0.12)).isTrue();
    double x = right ? 0.88 : 0.12;

    var before = bytes(page);
    above.hover(at(above, x));
    page.mouse().wheel(0, -300);
    assertThat(figure).hasAttribute("data-shown", "200000");
    page.waitForFunction(
        "before => document.querySelector('canvas.dots').toDataURL().length !== before", before);
    above.hover(at(above, x));
    assertThat(page.locator(".bubble")).containsText("type 0");

    page.locator("nav.switch a").last().click();
    assertThat(page.locator("nav.switch a").last()).hasAttribute("aria-current", "true");
    assertThat(page.locator("table.legend tbody tr")).hasCount(8);
    assertThat(page.locator("table.legend tbody tr").first()).containsText("below");
    above.hover(at(above, x));
    assertThat(page.locator(".bubble")).containsText("depth 1,0");

    above.focus();
    page.keyboard().press("0");
    page.keyboard().press("+");
    page.waitForFunction("document.querySelector('canvas.above').classList.contains('near')");
    Chromium.picture(page, "map-200000");
    assertThat(chromium.complaints()).isEmpty();
  }

  /// Whether the pointer names type 0 at that part of the map's width.
  private static boolean names(Page page, Locator above, double x) {
    above.hover(at(above, x));
    return page.locator(".bubble").textContent().contains("type 0");
  }

  private static Locator.HoverOptions at(Locator canvas, double x) {
    var box = canvas.boundingBox();
    return new Locator.HoverOptions().setPosition(x * box.width, 0.5 * box.height);
  }

  private static int bytes(Page page) {
    return (Integer) page.evaluate("document.querySelector('canvas.dots').toDataURL().length");
  }
}
