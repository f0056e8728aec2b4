package org.syncyte.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunSpecTest {
  private static final String SPEC =
      """
      {"federation": "demo", "run": "pbmc-1", "model": "SCVI", "config": {"n_latent": 10},
       "batch_key": "site", "labels_key": "cell_type", "layer": null, "rounds": 20,
       "epochs_per_round": 5, "learning_rate": 0.0010, "quorum": "0.67",
       "publish": {"repo": "demo/pbmc-scvi", "publisher": "site-v2", "license": "cc-by-4.0",
                   "tissue": "blood"}}\
      """;

  private static RunSpec parse(String text) {
    return RunSpec.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void fillsInDefaults() {
    RunSpec spec = parse(SPEC);

    assertThat(spec.genes()).isEqualTo(2000);
    assertThat(spec.minSites()).isEqualTo(3);
    assertThat(spec.learningRate()).isEqualTo("0.001");
    assertThat(spec.config()).containsExactly(Map.entry("n_latent", "10"));
    assertThat(spec.epochs()).isEqualTo(100);
    assertThat(spec.publish())
        .isEqualTo(
            new RunSpec.Publish(
                "demo/pbmc-scvi", "site-v2", "cc-by-4.0", Map.of("tissue", "blood")));
  }

  @Test
  void keepsItsCanonicalBytes() {
    RunSpec spec = parse(SPEC);

    assertThat(RunSpec.parse(spec.json())).isEqualTo(spec);
    assertThat(RunSpec.parse(spec.json()).json()).isEqualTo(spec.json());
  }

  @Test
  void isListedOnlyIfItSaysSo() {
    RunSpec silent = parse(SPEC);
    RunSpec listed =
        parse(SPEC.replace("\"rounds\": 20", "\"rounds\": 20, \"listing\": \"sites\""));

    assertThat(silent.listing()).isEqualTo(RunSpec.Listing.NONE);
    assertThat(new String(silent.json(), StandardCharsets.UTF_8)).doesNotContain("listing");
    assertThat(listed.listing()).isEqualTo(RunSpec.Listing.SITES);
    assertThat(RunSpec.parse(listed.json())).isEqualTo(listed);
  }

  @Test
  void countsQuorumUpwards() {
    RunSpec spec = parse(SPEC);

    assertThat(spec.required(3)).isEqualTo(3);
    assertThat(spec.required(6)).isEqualTo(5);
    assertThat(spec.required(100)).isEqualTo(67);
  }

  @Test
  void namesFieldValueAndRule() {
    for (var wrong :
        List.of(
            List.of("\"rounds\": 20", "\"rounds\": 0", "'rounds' must lie in 1 to 100000, not 0"),
            List.of("\"rounds\": 20", "\"rounds\": \"x\"", "'rounds' must be a whole number"),
            List.of("\"rounds\": 20", "\"rouns\": 20", "'rounds' is missing"),
            List.of("\"layer\": null", "\"layr\": null", "'layr' is unknown"),
            List.of("\"pbmc-1\"", "\"PBMC 1\"", "1 to 32 of a-z"),
            List.of("0.0010", "\"fast\"", "'learning_rate' must be a decimal number, not fast"),
            List.of("demo/pbmc-scvi", "../up", "'publish.repo' must be owner/name"),
            List.of("\"license\": \"cc-by-4.0\",", "", "'publish.license' is missing"),
            List.of(
                "\"rounds\": 20",
                "\"rounds\": 20, \"listing\": \"yes\"",
                "'listing' must be none, course or sites, not 'yes'"))) {
      assertThatThrownBy(() -> parse(SPEC.replace(wrong.get(0), wrong.get(1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong.get(2));
    }
  }

  @Test
  void manifestKeepsItsCanonicalBytes() {
    var manifest =
        new Manifest(
            parse(SPEC),
            List.of("A", "B"),
            List.of("a/x", "b/y"),
            Map.of("a/x", List.of("a"), "b/y", List.of("b")),
            List.of("T"),
            List.of("a", "b"));

    assertThat(Manifest.parse(manifest.json())).isEqualTo(manifest);
    assertThatThrownBy(() ->
            new Manifest(
                parse(SPEC), List.of("A", "A"), List.of(), Map.of(), List.of(), List.of("a")))
        .hasMessageContaining("holds 'A' twice");
  }
}
