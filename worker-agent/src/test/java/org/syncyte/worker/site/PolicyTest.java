package org.syncyte.worker.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  @Test
  void readsTheSampleThatIsShipped() {
    var policy = Policy.read(Path.of("../deploy/samples/policy.yaml"));
    assertThat(policy.models()).containsExactly("SCVI");
    assertThat(policy.minSites()).isEqualTo(3);
    assertThat(policy.allows(PolicyKey.UPDATES)).isTrue();
    assertThat(policy.allows(PolicyKey.LATENTS)).isFalse();
  }

  @Test
  void keepsEverythingThatIsNotNamed() {
    var policy = Policy.parse("version: 1\nsite: a\n");
    assertThat(policy.open()).isEmpty();
    assertThat(policy.models()).isEmpty();
    assertThat(policy.aggregation()).isEmpty();
    assertThat(policy.obsColumns()).isEmpty();
    assertThat(policy.minSites()).isEqualTo(Integer.MAX_VALUE);
    assertThat(policy.minCells()).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version: 2\nsite: a",
        "site: a",
        "version: 1",
        "version: 1\nsite: a\nupdate: ALLOW",
        "version: 1\nsite: a\nupdates: YES",
        "version: 1\nsite: a\nupdates: allow",
        "version: 1\nsite: a\nupdates: ALLOW\nupdates: NEVER",
        "version: 1\nsite: a\nupdates: [ALLOW]",
        "version: 1\nsite: a\nupdates:",
        "version: 1\nsite: a\naggregation: [SECURE]",
        "version: 1\nsite: a\nmodels: SCVI",
        "version: 1\nsite: a\nmin-sites: three",
        "version: 1\nsite: a\nmin-sites: 0",
        "version: 1\nsite: a\nmin-sites: 9999999999",
        "version: 1\nsite: a\nerror-text: FULL",
        "version: 1\nsite: a\n1: x",
        "- version",
        "version: [",
        ""
      })
  void refusesWhatItDoesNotKnow(String text) {
    assertThatThrownBy(() -> Policy.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesTheUnknownKeyAndTheKnownOnes() {
    assertThatThrownBy(() -> Policy.parse("version: 1\nsite: a\nlatent: NEVER\n"))
        .hasMessageContaining("unknown key 'latent'")
        .hasMessageContaining("latents");
  }
}
