package org.syncyte.tests;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A real browser at one server's pages. It notes what a visitor should never see: errors in the
/// console, and requests to any other server.
final class Chromium implements AutoCloseable {
  private static final Path PICTURES = Repository.root().resolve("tests/target/screenshots");
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-default-apps",
          "--no-first-run",
          "--disable-features=OptimizationHints,MediaRouter");

  private final Playwright playwright;
  private final Browser browser;
  private final String server;
  private final List<String> complaints = new ArrayList<>();

  Chromium(String server) {
    this.server = server;
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of("/usr/bin/chromium"))
                    .setArgs(FLAGS));
  }

  Page page(boolean scripts) {
    return page(new Browser.NewContextOptions().setJavaScriptEnabled(scripts));
  }

  Page page(ColorScheme colours, int width) {
    return page(
        new Browser.NewContextOptions()
            .setColorScheme(colours)
            .setViewportSize(width, width < 600 ? 740 : 900));
  }

  private Page page(Browser.NewContextOptions options) {
    if (options.viewportSize == null) {
      options.setViewportSize(1280, 900);
    }
    var page = browser.newContext(options.setBaseURL(server)).newPage();
    page.setDefaultTimeout(30_000);
    page.onConsoleMessage(message -> {
      if (message.type().equals("error") || message.type().equals("warning")) {
        complaints.add(page.url() + ": " + message.text());
      }
    });
    page.onPageError(problem -> complaints.add(page.url() + ": " + problem));
    page.onRequest(request -> {
      if (!request.url().startsWith(server)
          && !request.url().startsWith("data:")
          && !request.url().startsWith("blob:")) {
        complaints.add("asks another server: " + request.url());
      }
    });
    page.onDialog(dialog -> dialog.accept());
    return page;
  }

  List<String> complaints() {
    return complaints;
  }

  static void signIn(Page page, String name, String secret, String next) {
    page.navigate("/login?next=" + next);
    page.getByLabel("Name").fill(name);
    page.locator("input[type=password]").fill(secret);
    page.keyboard().press("Enter");
    page.waitForURL(address -> address.endsWith(next) && !address.contains("/login"));
  }

  static void picture(Page page, String name) {
    page.waitForLoadState();
    page.waitForTimeout(200);
    snapshot(page, name);
  }

  /// A picture of the page as it is at this moment.
  static void snapshot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
  }

  @Override
  public void close() {
    playwright.close();
  }
}
