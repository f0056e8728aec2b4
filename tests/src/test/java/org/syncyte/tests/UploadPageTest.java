package org.syncyte.tests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files given to the page of a browser: through a hub that is killed, a page that is loaded again,
/// and names that lead out of the model.
final class UploadPageTest {
  private static final int PART = 8 << 20;
  private static final Pattern PARTS = Pattern.compile(".*/_lfs/[0-9a-f]{64}/part/(\\d+)\\?.*");

  private static HubProcess hub;
  private static Chromium chromium;

  @BeforeAll
  static void start(@TempDir Path data) throws IOException, InterruptedException {
    hub = HubProcess.start(data);
    chromium = new Chromium(hub.address());
  }

  @AfterAll
  static void stop() {
    chromium.close();
    hub.close();
  }

  @BeforeEach
  void forget() {
    chromium.complaints().clear();
  }

  /// Numbers of the parts that this page sent and the hub took.
  private static List<Integer> taken(Page page) {
    var parts = new ArrayList<Integer>();
    page.onRequestFinished(request -> {
      var part = PARTS.matcher(request.url());
      if (part.matches() && request.response().status() == 200) {
        parts.add(Integer.parseInt(part.group(1)));
      }
    });
    return parts;
  }

  private static void slowTo(Page page, int bytesPerSecond) {
    var wire = page.context().newCDPSession(page);
    wire.send("Network.enable");
    var conditions = new JsonObject();
    conditions.addProperty("offline", false);
    conditions.addProperty("latency", 0);
    conditions.addProperty("downloadThroughput", -1);
    conditions.addProperty("uploadThroughput", bytesPerSecond);
    wire.send("Network.emulateNetworkConditions", conditions);
  }

  private static Path random(Path file, int size) throws IOException {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(file, bytes);
  }

  private static void says(Page page, String words) {
    assertThat(page.locator("form.upload [role=status]"))
        .containsText(words, new LocatorAssertions.ContainsTextOptions().setTimeout(90_000));
  }

  private static void upload(Page page) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Upload")).click();
  }

  @Test
  void goesOnWhereAKilledHubStoppedIt(@TempDir Path work) throws Exception {
    var page = chromium.page(true);
    Chromium.signIn(page, "admin", hub.token(), "/new");
    Chromium.picture(page, "new-model");
    page.getByLabel(Pattern.compile("^Name")).fill("dropped");
    page.keyboard().press("Enter");
    page.waitForURL("**/admin/dropped/upload");
    var card = Files.writeString(work.resolve("README.md"), "# Dropped\n");
    var large = random(work.resolve("model.pt"), 40_000_001);
    var small = random(work.resolve("größe & maß.bin"), 300_000);
    var parts = taken(page);
    slowTo(page, 12_000_000);
    page.locator("#files").setInputFiles(new Path[] {card, large, small});
    says(page, "3 files, 40.3 MB");
    page.getByLabel("What changed").fill("From the browser");
    upload(page);
    Awaitility.await().until(() -> hub.files("parts") >= 2);
    hub.kill();
    says(page, "does not answer; trying again");
    Chromium.picture(page, "upload-interrupted");
    hub.restart();
    says(page, "Committed as");
    Chromium.picture(page, "upload-done");
    assertThat(parts).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    for (Path file : List.of(card, large, small)) {
      String name =
          java.net.URLEncoder.encode(file.getFileName().toString(), "UTF-8").replace("+", "%20");
      assertThat(hub.bytes("/admin/dropped/resolve/main/" + name))
          .isEqualTo(Files.readAllBytes(file));
    }

    page.navigate("/admin/dropped/upload");
    page.locator("#files").setInputFiles(new Path[] {card, large, small});
    upload(page);
    says(page, "nothing was committed");
    assertThat(parts).hasSize(5);
    page.context().close();
    // The browser itself tells of each connection that the dead hub refused.
    chromium.complaints().removeIf(one -> one.contains("net::ERR_"));
    assertThat(chromium.complaints()).isEmpty();
  }

  @Test
  void goesOnAfterThePageIsLoadedAgain(@TempDir Path work) throws Exception {
    create("admin/reloaded");
    var page = chromium.page(true);
    Chromium.signIn(page, "admin", hub.token(), "/admin/reloaded/upload");
    var file = random(work.resolve("adata.h5ad"), 3 * PART + 17);
    slowTo(page, 8_000_000);
    page.locator("#files").setInputFiles(file);
    upload(page);
    Awaitility.await().until(() -> hub.files("parts") >= 1);
    page.reload();
    long kept = hub.files("parts");
    var parts = taken(page);
    page.locator("#files").setInputFiles(file);
    upload(page);
    says(page, "Committed as");
    assertThat(parts).hasSizeLessThanOrEqualTo(4 - (int) kept).doesNotHaveDuplicates();
    assertThat(hub.bytes("/admin/reloaded/resolve/main/adata.h5ad"))
        .isEqualTo(Files.readAllBytes(file));
    page.context().close();
  }

  @Test
  void refusesNamesThatLeadOutOfTheModel(@TempDir Path work) throws Exception {
    create("admin/inside");
    var page = chromium.page(true);
    Chromium.signIn(page, "admin", hub.token(), "/admin/inside/upload");
    page.locator("#files").setInputFiles(Files.writeString(work.resolve("notes.txt"), "x"));
    var asked = new ArrayList<String>();
    page.onRequest(request -> asked.add(request.url()));
    page.getByLabel(Pattern.compile("^Into this folder")).fill("../../etc");
    upload(page);
    assertThat(page.locator("[data-problems]"))
        .containsText("../../etc/notes.txt cannot be sent: a path stays inside the model");
    assertThat(asked).isEmpty();
    Chromium.picture(page, "upload-refused");

    // What the page would not send, the hub does not take from a script of the page either.
    var status =
        page.evaluate(
            """
            async () => {
              const value = {path: "../../etc/notes.txt", encoding: "base64", content: "eA=="};
              const lines = [{key: "header", value: {summary: "Out"}}, {key: "file", value}];
              const reply = await fetch("/api/models/admin/inside/commit/main", {
                method: "POST",
                headers: {"X-Syncyte-Form": document.querySelector("form.upload").dataset.key},
                body: lines.map((line) => JSON.stringify(line)).join("\\n"),
              });
              return reply.status + " " + (await reply.text());
            }
            """);
    assertThat((String) status).startsWith("400").contains("relative path");
    page.context().close();
  }

  private static void create(String repo) throws IOException, InterruptedException {
    String name = repo.substring(repo.indexOf('/') + 1);
    var made =
        hub.send(
            hub.request("/api/repos/create")
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"name\":\"%s\",\"organization\":\"admin\"}".formatted(name))));
    assertThat(made.statusCode()).isEqualTo(200);
  }
}
