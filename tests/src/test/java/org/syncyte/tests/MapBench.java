package org.syncyte.tests;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long a browser takes for a map of a million cells: until it is first drawn, for a frame with
/// all cells, and for frames while it is moved.
///
///     ./syncyte test -pl tests -am -Dtest=MapBench -Dsurefire.failIfNoSpecifiedTests=false
final class MapBench {
  private static final int CELLS = Integer.getInteger("syncyte.bench.cells", 1_000_000);

  @Test
  void aMillionCells(@TempDir Path work) throws Exception {
    try (var hub = HubProcess.start(work.resolve("hub"))) {
      SampleMap.publish(hub, "admin/ring", work, CELLS);
      try (var chromium = new Chromium(hub.address())) {
        var page = chromium.page(true);
        long started = System.nanoTime();
        page.navigate("/admin/ring/map");
        page.waitForSelector(
            "figure.map[data-ready]", new Page.WaitForSelectorOptions().setTimeout(120_000));
        double ready = (System.nanoTime() - started) / 1e9;
        var still = frames(page, List.of("+", "0"), 700);
        var moving = frames(page, List.of("+", "ArrowLeft", "ArrowRight", "+", "-"), 40);
        System.out.printf(
            Locale.ROOT,
            "%,d cells drawn by %s: first drawn %s ms after the script began, page ready in %.1f s,"
                + " frame with all cells %.1f ms, moving %.1f ms (longest %.1f ms)%n",
            CELLS,
            page.getAttribute("figure.map", "data-drawn-by"),
            page.getAttribute("figure.map", "data-first-draw"),
            ready,
            median(still),
            median(moving),
            Collections.max(moving));
        Chromium.picture(page, "map-bench");
      }
    }
  }

  private static List<Double> frames(Page page, List<String> keys, int pause) {
    var took = new ArrayList<Double>();
    page.locator("canvas.above").focus();
    for (int turn = 0; turn < 5; turn++) {
      for (var key : keys) {
        page.keyboard().press(key);
        page.waitForTimeout(pause);
        took.add(Double.parseDouble(page.getAttribute("figure.map", "data-frame")));
      }
    }
    return took;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
