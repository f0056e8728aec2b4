package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever copies a program from the page of a real hub and runs it gets what the page says. The
/// text is the one that a browser shows.
final class RecipesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void programsRunAsTheyAreShown(@TempDir Path work) throws Exception {
    try (var hub = HubProcess.start(work.resolve("hub"));
        var browser = new Chromium(hub.address())) {
      var page = browser.page(true);
      page.navigate("/docs");
      assertThat(page.locator(".recipe button.copy").count())
          .isEqualTo(page.locator(".recipe").count());
      var token = token(hub);
      var python = StockClients.newestPython();
      var ran =
          Map.of(
              "python", run(page, "python", work, token, python, "recipe.py"),
              "javascript", run(page, "javascript", withModules(work), token, "node", "recipe.mjs"),
              "curl", run(page, "curl", work, token, "bash", "recipe.sh"),
              "boto3", run(page, "boto3", work, token, python, "recipe3.py"),
              "airgapped", airgapped(page, hub, work, token, python));
      assertThat(ran.get("python")).contains("admin/first-steps").contains("README.md");
      assertThat(ran.get("javascript")).contains("admin/from-javascript 45 characters");
      assertThat(ran.get("curl")).contains("commitOid").endsWith("# From curl\n");
      assertThat(ran.get("boto3")).contains("from-s3/README.md");
      assertThat(ran.get("airgapped")).contains("cc-by-4.0");
      assertThat(page.locator(".recipe:has(.badge.good)").evaluateAll("all => all.map(r => r.id)"))
          .as("those that the page says are run")
          .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
          .containsExactlyInAnyOrderElementsOf(List.copyOf(ran.keySet()));
      page.locator("details.operation").first().locator("summary").click();
      Chromium.picture(page, "docs");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  /// The same with the client shim beside it and no way out: any request elsewhere fails.
  private static String airgapped(Page page, HubProcess hub, Path work, Token token, String python)
      throws IOException, InterruptedException {
    Files.writeString(work.resolve("schub.py"), hub.send(hub.request("/docs/schub.py")).body());
    return run(page, "airgapped", work, token, python, "recipe-inside.py");
  }

  private static String run(
      Page page, String id, Path folder, Token token, String program, String file)
      throws IOException {
    Files.writeString(folder.resolve(file), page.locator("#" + id + " pre code").textContent());
    var builder = new ProcessBuilder(program, file).directory(folder.toFile());
    var environment = builder.environment();
    environment.put("HF_TOKEN", token.secret());
    environment.put("AWS_SECRET_ACCESS_KEY", token.secret());
    environment.put("AWS_ACCESS_KEY_ID", Integer.toString(token.number()));
    environment.put("HF_HOME", folder.resolve("cache").toString());
    environment.put("HTTPS_PROXY", "http://127.0.0.1:9");
    environment.put("NO_PROXY", "localhost,127.0.0.1");
    environment.remove("HF_ENDPOINT");
    var done = Command.run(builder);
    assertThat(done.code()).as("%s: %s%n%s", id, done.err(), done.out()).isZero();
    return done.out();
  }

  /// A folder whose `node_modules` are the installed ones.
  private static Path withModules(Path work) throws IOException {
    var folder = Files.createDirectories(work.resolve("node"));
    Files.createSymbolicLink(
        folder.resolve("node_modules"), Path.of(StockClients.modules()).toAbsolutePath());
    return folder;
  }

  private record Token(int number, String secret) {}

  private static Token token(HubProcess hub) throws IOException, InterruptedException {
    var reply =
        hub.send(
            hub.request("/api/v1/users/admin/tokens")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"label\": \"recipes\", \"role\": \"WRITE\"}")));
    var issued = JSON.readTree(reply.body());
    return new Token(issued.path("id").asInt(), issued.path("token").asText());
  }
}
