package org.syncyte.tests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An h5ad file dropped onto the page that ranks models by genes: its names leave the browser, and
/// nothing else of it.
final class GenesOfFileTest {
  private static final Path SAMPLES = Repository.root().resolve("web/src/test/resources/h5ad");

  @Test
  void onlyNamesLeaveTheBrowser(@TempDir Path data) throws IOException, InterruptedException {
    try (var hub = HubProcess.start(data);
        var chromium = new Chromium(hub.address())) {
      var page = chromium.page(true);
      page.navigate("/coverage");
      var sent = new ArrayList<String>();
      page.onRequest(request -> {
        if (request.method().equals("POST")) {
          sent.add(request.postData());
        }
      });
      drop(page, "table.h5ad");
      assertThat(page.locator(".actions [role=status]"))
          .containsText("table of the old kind (anndata before 0.7). Run syncyte genes table.h5ad");
      drop(page, "latest.h5ad");
      assertThat(page.locator(".actions [role=status]")).containsText("120 names read");
      assertThat(sent).isEmpty();
      page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Compare")).click();
      page.waitForSelector("#found");
      Chromium.picture(page, "coverage-of-file");
      assertThat(sent).hasSize(1);
      String body = URLDecoder.decode(sent.getFirst(), StandardCharsets.UTF_8);
      assertThat(body).startsWith("genes=");
      List<String> names = body.substring("genes=".length()).strip().lines().toList();
      assertThat(names).hasSize(120).allMatch(name -> name.matches("GENE\\d{4}|größe-1"));
      assertThat(chromium.complaints()).isEmpty();
    }
  }

  private static void drop(Page page, String file) throws IOException {
    var transfer =
        page.evaluateHandle(
            """
            ({name, content}) => {
              const transfer = new DataTransfer();
              const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
              transfer.items.add(new File([bytes], name));
              return transfer;
            }
            """,
            Map.of(
                "name",
                file,
                "content",
                Base64.getEncoder().encodeToString(Files.readAllBytes(SAMPLES.resolve(file)))));
    page.dispatchEvent("form[data-coverage]", "drop", Map.of("dataTransfer", transfer));
  }
}
