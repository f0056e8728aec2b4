package org.syncyte.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TemplatesTest {
  private final Renderer renderer = new Renderer();

  @Test
  void wordsOfOthersAreEscaped() {
    var evil = "<img src=x onerror=alert(1)>\"'";
    var head =
        new ModelHead(
            Samples.HUB,
            "demo",
            "m",
            evil,
            "",
            evil,
            evil,
            List.of(new Link(evil, "/", false)),
            List.of(Fact.of(evil, evil)),
            List.of(evil),
            EnumSet.allOf(ModelTab.class),
            ModelTab.USE);
    var html = renderer.render("use", new UseView(head, List.of(new Snippet(evil, evil, evil))));
    assertThat(html).doesNotContain("<img").contains("&lt;img");
    assertThat(html).doesNotContain("href=\"/demo/m/tree/<");
  }

  @Test
  void everyFormFieldAndPictureHasAName() {
    for (var html :
        new String[] {
          home(200),
          renderer.render("genes", Samples.genes()),
          renderer.render("compare", Samples.compare()),
          renderer.render("coverage", Samples.coverage()),
          renderer.render("federations", FederationSamples.runs()),
          renderer.render("map", Samples.map("site")),
          renderer.render("tokens", CommunitySamples.tokens()),
          renderer.render("profile", CommunitySamples.profile()),
          renderer.render("webhooks", CommunitySamples.webhooks()),
          renderer.render("discussion", CommunitySamples.discussion()),
          renderer.render("access", CommunitySamples.access()),
          renderer.render("owner", CommunitySamples.owner())
        }) {
      var fields = Pattern.compile("<(?:input|select|textarea) id=\"([^\"]+)\"").matcher(html);
      while (fields.find()) {
        assertThat(html).contains("for=\"" + fields.group(1) + "\"");
      }
      assertThat(Pattern.compile("<img(?![^>]* alt=)").matcher(html).find()).isFalse();
    }
  }

  @Test
  void headingsStartAtOneAndSkipNoLevel() {
    for (var html :
        new String[] {
          home(1),
          home(200),
          renderer.render("training", Samples.training()),
          renderer.render("trust", Samples.trust()),
          renderer.render("evaluation", ResultSamples.view("")),
          renderer.render("compare", Samples.compare()),
          renderer.render("coverage", Samples.coverage()),
          renderer.render("files", Samples.files()),
          renderer.render("tokens", CommunitySamples.tokens()),
          renderer.render("profile", CommunitySamples.profile()),
          renderer.render("webhooks", CommunitySamples.webhooks()),
          renderer.render("owner", CommunitySamples.owner()),
          renderer.render("discussions", CommunitySamples.discussions()),
          renderer.render("discussion", CommunitySamples.discussion()),
          renderer.render("settings", CommunitySamples.settings())
        }) {
      var levels = Pattern.compile("<h([1-6])").matcher(html);
      int last = 0;
      int firsts = 0;
      while (levels.find()) {
        int level = Integer.parseInt(levels.group(1));
        firsts += level == 1 ? 1 : 0;
        if (last > 0) {
          assertThat(level).isLessThanOrEqualTo(last + 1);
        }
        last = level;
      }
      assertThat(firsts).isEqualTo(1);
    }
  }

  @Test
  void idsAreUnique() {
    var ids =
        Pattern.compile(" id=\"([^\"]+)\"")
            .matcher(home(200))
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(ids).doesNotHaveDuplicates();
  }

  private String home(int count) {
    return renderer.render("home", Samples.home(Samples.many(count), count, false));
  }
}
