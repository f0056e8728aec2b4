package org.syncyte.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Renders every page with sample records into `target/preview`, to be looked at in a browser:
/// `python3 -m http.server -d web/target/preview`.
class PreviewTest {
  private static final Path OUT = Path.of("target/preview");
  private final Renderer renderer = new Renderer();

  @Test
  void rendersEveryPageUnderItsSizeLimit() throws IOException {
    var many = Samples.many(200);
    write("home-0", "home", Samples.home(List.of(), 0, false));
    write("home-1", "home", Samples.home(List.of(Samples.pbmc()), 1, false));
    write("home-200", "home", Samples.home(many, 200, false));
    write("home-search", "home", Samples.home(many.subList(0, 6), 200, true));
    write("home-none", "home", Samples.home(List.of(), 200, true));
    write("card", "card", Samples.card(resource("/preview/card.html")));
    write("card-none", "card", Samples.card(null));
    write("map-cell_type", "map", Samples.map("cell_type"));
    write("map-site", "map", Samples.map("site"));
    write("training", "training", Samples.training());
    write("evaluation", "evaluation", ResultSamples.view("B cell"));
    write("evaluation-broken", "evaluation", ResultSamples.broken());
    write("genes", "genes", Samples.genes());
    write("coverage", "coverage", new CoveragePage(Samples.HUB, "", null));
    write("coverage-found", "coverage", Samples.coverage());
    write("compare", "compare", Samples.compare());
    write("federations", "federations", FederationSamples.runs());
    write("federations-none", "federations", FederationSamples.none());
    write("trust", "trust", Samples.trust());
    write("files", "files", Samples.files());
    write("blob", "blob", Samples.blob());
    write("history", "history", Samples.history());
    write(
        "use",
        "use",
        new UseView(
            Samples.head(ModelTab.USE), Snippet.all(Samples.HUB.endpoint(), "demo/pbmc-scvi")));
    write("about", "about", new AboutPage(Samples.HUB));
    write(
        "404",
        "error",
        new ErrorPage(
            Samples.HUB, 404, "Nothing is here", "No model is called “demo/pbmc-scanvi”.", ""));
    write("login", "login", new LoginPage(Samples.HUB, "", "/", null, "the university"));
    write("profile", "profile", CommunitySamples.profile());
    write("tokens", "tokens", CommunitySamples.tokens());
    write("webhooks", "webhooks", CommunitySamples.webhooks());
    write("owner", "owner", CommunitySamples.owner());
    write("discussions", "discussions", CommunitySamples.discussions());
    write("discussion", "discussion", CommunitySamples.discussion());
    write("access", "access", CommunitySamples.access());
    write("settings", "settings", CommunitySamples.settings());
    var map = Samples.latentMap();
    Files.writeString(OUT.resolve("map.svg"), MapImage.svg(map, "cell_type", 4000, 9));
    Files.writeString(OUT.resolve("map-small.svg"), MapImage.svg(map, "cell_type", 500, 26));
    Files.write(OUT.resolve("map.bin"), MapPoints.places(map));
    for (var column : map.columns()) {
      Files.write(OUT.resolve("map-" + column), MapPoints.column(map, column));
    }
    for (var asset : Assets.all()) {
      var file = OUT.resolve(Assets.href(asset.name()).substring(1));
      Files.createDirectories(file.getParent());
      Files.write(file, asset.bytes());
    }
    long shared = 0;
    for (var asset : Assets.all()) {
      if (!asset.name().equals("echarts.js") && !asset.name().startsWith("map")) {
        shared += asset.bytes().length;
      }
    }
    assertThat(shared + Files.size(OUT.resolve("home-1.html"))).isLessThan(200_000);
    assertThat(Files.size(OUT.resolve("home-200.html"))).isLessThan(120_000);
    assertThat(Files.size(OUT.resolve("map-small.svg"))).isLessThan(12_000);
  }

  private void write(String file, String template, Object page) throws IOException {
    Files.createDirectories(OUT);
    var html = renderer.render(template, page);
    assertThat(html)
        .startsWith("<!doctype html>")
        .doesNotContain("style=")
        .doesNotContain("<style")
        .doesNotContain(" onclick=")
        .doesNotContain("NOT_FOUND");
    Files.writeString(OUT.resolve(file + ".html"), html);
  }

  private static String resource(String name) throws IOException {
    try (var in = PreviewTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
