package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What visitors of the hub do, in a real browser. Every page that is visited leaves a picture in
/// `target/screenshots`, and none may write an error to the browser's console.
@ExtendWith(SharedDemo.class)
final class BrowserTest {
  private static final String MODEL = "/demo/pbmc-scvi";
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

  private static DemoProcess demo;
  private static Playwright playwright;
  private static Browser browser;

  private final List<String> complaints = new ArrayList<>();

  @BeforeAll
  static void openBrowser(DemoProcess shared) throws IOException, InterruptedException {
    demo = shared;
    demo.ready();
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

  @AfterAll
  static void closeBrowser() {
    if (playwright != null) {
      playwright.close();
    }
  }

  @AfterEach
  void theConsoleStaysQuiet() {
    assertThat(complaints).isEmpty();
  }

  @Test
  void fromTheFirstPageToUsingAModel() {
    try (var context = context(1280, 900)) {
      var page = page(context);
      page.navigate("/");
      sees(page, "Open single-cell models");
      picture(page, "home");

      page.getByRole(AriaRole.SEARCHBOX).fill("pbmc");
      page.keyboard().press("Enter");
      page.waitForURL("**/?q=pbmc*");
      picture(page, "search");
      page.locator("ol.rows h3 a").first().click();

      sees(page, "SCVI");
      PlaywrightAssertions.assertThat(page.locator("article.prose")).containsText("three sites");
      assertThat(page.locator(".strip").innerText()).contains("2,860");
      picture(page, "card");

      tab(page, "Map");
      PlaywrightAssertions.assertThat(page.locator("figure.map canvas").first()).isVisible();
      PlaywrightAssertions.assertThat(page.locator("table.legend tbody tr").first()).isVisible();
      picture(page, "map");
      page.locator("nav.switch a").last().click();
      PlaywrightAssertions.assertThat(page.locator("figure.map canvas").first()).isVisible();
      picture(page, "map-other-colours");

      tab(page, "Training");
      PlaywrightAssertions.assertThat(page.locator("figure.lines canvas").first()).isVisible();
      PlaywrightAssertions.assertThat(page.locator("#rounds tbody tr"))
          .hasCount(DemoProcess.ROUNDS);
      sees(page, "site-v2");
      picture(page, "training");

      tab(page, "Genes");
      page.getByLabel("Find a gene").fill("cd3");
      page.keyboard().press("Enter");
      PlaywrightAssertions.assertThat(page.locator("ol.genes li").first())
          .containsText(Pattern.compile("CD3", Pattern.CASE_INSENSITIVE));
      picture(page, "genes");

      tab(page, "Files");
      sees(page, "model.safetensors");
      var download =
          page.waitForDownload(
              () -> page.getByRole(AriaRole.LINK, named("Download proof.json")).click());
      assertThat(download.failure()).isNull();
      assertThat(download.path()).isNotEmptyFile();
      picture(page, "files");
      page.getByRole(AriaRole.LINK, named("training.json")).first().click();
      picture(page, "file");
      page.goBack();

      tab(page, "History");
      PlaywrightAssertions.assertThat(page.locator("ol.commits li").first()).isVisible();
      picture(page, "history");

      tab(page, "Use");
      sees(page, "snapshot_download");
      assertThat(page.content()).contains(demo.hub().toString());
      picture(page, "use");
    }
  }

  @Test
  void everythingIsReachedByKeyboard() {
    try (var context = context(1280, 900)) {
      var page = page(context);
      page.navigate("/");
      page.keyboard().press("Tab");
      PlaywrightAssertions.assertThat(page.locator("a.skip")).isFocused();
      page.keyboard().press("/");
      page.keyboard().type("pbmc");
      page.keyboard().press("Enter");
      page.waitForURL("**/?q=pbmc*");
      page.keyboard().press("Tab");
      tabTo(page, MODEL);
      page.keyboard().press("Enter");
      page.waitForURL("**" + MODEL);
      tabTo(page, MODEL + "/map");
      picture(page, "keyboard");
      page.keyboard().press("Enter");
      page.waitForURL("**/map");
      tabTo(page, MODEL + "/training");
      page.keyboard().press("Enter");
      page.waitForURL("**/training");
      sees(page, "Training");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/about",
        "/federations",
        "/docs",
        MODEL,
        MODEL + "/map",
        MODEL + "/training",
        MODEL + "/genes",
        MODEL + "/tree/main",
        MODEL + "/commits/main",
        MODEL + "/use"
      })
  void fitsATelephone(String address) {
    try (var context = context(360, 740)) {
      var page = page(context);
      page.navigate(address);
      page.waitForLoadState();
      int width = (Integer) page.evaluate("document.documentElement.scrollWidth");
      assertThat(width).as("width of %s", address).isLessThanOrEqualTo(360);
      picture(page, "360" + address.replace(MODEL, "-model").replace('/', '-'));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/federations", "/docs", MODEL, MODEL + "/map", MODEL + "/training"})
  void turnsDarkWithTheSystem(String address) {
    var options =
        new Browser.NewContextOptions()
            .setBaseURL(demo.hub().toString())
            .setColorScheme(ColorScheme.DARK)
            .setViewportSize(1280, 900);
    try (var context = browser.newContext(options)) {
      var page = page(context);
      page.navigate(address);
      page.waitForLoadState();
      assertThat(brightness(page, "background-color")).isLessThan(80);
      assertThat(brightness(page, "color")).isGreaterThan(150);
      picture(page, "dark" + address.replace(MODEL, "-model").replace('/', '-'));
    }
  }

  @Test
  void worksWithoutScripts() {
    var options =
        new Browser.NewContextOptions()
            .setBaseURL(demo.hub().toString())
            .setJavaScriptEnabled(false)
            .setViewportSize(1280, 900);
    try (var context = browser.newContext(options)) {
      var page = page(context);
      page.navigate("/");
      page.locator("#q").fill("pbmc");
      page.locator("form.search button").click();
      page.locator("ol.rows h3 a").first().click();
      PlaywrightAssertions.assertThat(page.locator("article.prose")).containsText("three sites");
      tab(page, "Map");
      PlaywrightAssertions.assertThat(page.locator("figure.map img")).isVisible();
      PlaywrightAssertions.assertThat(page.locator("table.legend tbody tr").first()).isVisible();
      picture(page, "plain-map");
      tab(page, "Training");
      PlaywrightAssertions.assertThat(page.locator("#rounds tbody tr"))
          .hasCount(DemoProcess.ROUNDS);
      picture(page, "plain-training");
      tab(page, "Genes");
      PlaywrightAssertions.assertThat(page.locator("ol.genes li").first()).isVisible();
      tab(page, "Files");
      sees(page, "model.pt");
      tab(page, "History");
      PlaywrightAssertions.assertThat(page.locator("ol.commits li").first()).isVisible();
      tab(page, "Use");
      sees(page, "snapshot_download");
    }
  }

  private static BrowserContext context(int width, int height) {
    return browser.newContext(
        new Browser.NewContextOptions()
            .setBaseURL(demo.hub().toString())
            .setViewportSize(width, height));
  }

  private Page page(BrowserContext context) {
    var page = context.newPage();
    page.setDefaultTimeout(20_000);
    page.onConsoleMessage(message -> {
      if (message.type().equals("error") || message.type().equals("warning")) {
        complaints.add(page.url() + ": " + message.text());
      }
    });
    page.onPageError(problem -> complaints.add(page.url() + ": " + problem));
    page.onRequest(request -> {
      if (!request.url().startsWith(demo.hub().toString())
          && !request.url().startsWith("data:")
          && !request.url().startsWith("blob:")) {
        complaints.add("asks another server: " + request.url());
      }
    });
    return page;
  }

  private static void tab(Page page, String name) {
    page.locator("nav.tabs")
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name))
        .first()
        .click();
    PlaywrightAssertions.assertThat(page.locator("nav.tabs a[aria-current=page]"))
        .containsText(name);
  }

  private static void tabTo(Page page, String address) {
    for (int step = 0; step < 80; step++) {
      var focused = page.evaluate("document.activeElement.getAttribute('href')");
      if (address.equals(focused)) {
        return;
      }
      page.keyboard().press("Tab");
    }
    throw new AssertionError(address + " is not reached with Tab on " + page.url());
  }

  private static int brightness(Page page, String property) {
    var numbers =
        Pattern.compile("[0-9.]+")
            .matcher(
                (String)
                    page.evaluate(
                        "name => { const c = document.createElement('canvas').getContext('2d',"
                            + " {willReadFrequently: true}); c.fillStyle ="
                            + " getComputedStyle(document.body).getPropertyValue(name);"
                            + " c.fillRect(0, 0, 1, 1);"
                            + " return c.getImageData(0, 0, 1, 1).data.slice(0, 3).join(' '); }",
                        property))
            .results()
            .mapToDouble(found -> Double.parseDouble(found.group()))
            .average();
    return (int) numbers.orElseThrow();
  }

  private static void sees(Page page, String text) {
    PlaywrightAssertions.assertThat(page.locator("main")).containsText(text);
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static void picture(Page page, String name) {
    page.waitForLoadState();
    page.evaluate("document.fonts.ready.then(() => true)");
    page.waitForTimeout(400);
    page.screenshot(
        new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
  }
}
