package org.syncyte.worker.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.syncyte.federation.RunSpec;

class ExplanationTest {
  @Test
  void saysWhatLeavesAndWhichKeyKeepsTheRest() {
    System.setProperty("ai.djl.offline", "true");
    var lines =
        explain(
            Stage.OPEN
                .replace("latents: ALLOW", "latents: NEVER")
                .replace("label-names: SHARE", "label-names: NEVER"));
    assertThat(lines.stream().map(Explanation.Line::message))
        .containsExactly(
            "Hello",
            "VocabularyOffer",
            "StatPart",
            "ContractReport",
            "PlainUpdate",
            "MinifiedPart",
            "Published");
    assertThat(lines.stream().filter(line -> !line.leaves()).map(Explanation.Line::refusedBy))
        .containsExactly("latents");
    var offer = lines.get(1).content();
    assertThat(offer).contains("5 genes", "(40)", "a/", "labels none").doesNotContain("ann", "bob");
    assertThat(lines.get(4).content()).contains("2 times", "own batch columns stay here");
    assertThat(lines.get(4).bytes()).isGreaterThan(10_000);
    assertThat(Explanation.text(lines))
        .contains("MinifiedPart     stays: the policy's 'latents' does not allow it");
  }

  @Test
  void keepsEverythingOfARunThatThePolicyDoesNotJoin() {
    System.setProperty("ai.djl.offline", "true");
    var lines = explain(Stage.OPEN.replace("min-sites: 2", "min-sites: 9"));
    assertThat(lines.stream().filter(Explanation.Line::leaves).map(Explanation.Line::message))
        .containsExactly("Hello");
  }

  private static List<Explanation.Line> explain(String text) {
    var policy = Policy.parse(text);
    var names = new Names("a", new byte[32], policy.allows(PolicyKey.BATCH_NAMES));
    var spec =
        RunSpec.parse(
            """
            {"federation":"f","run":"r1","model":"SCVI","batch_key":"donor","labels_key":"cell_type",
             "rounds":2,"min_sites":2,"config":{"n_latent":"4"},
             "publish":{"repo":"f/pbmc","publisher":"a","license":"cc-by-4.0"}}
            """
                .getBytes(StandardCharsets.UTF_8));
    return Explanation.of(policy, SiteData.of(Stage.cells("a", 40, 5)), names, spec, "a");
  }
}
