package org.syncyte.hub.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CardFactsTest {
  private static final String CARD =
      """
      ---
      license: cc-by-4.0
      library_name: scvi-tools
      base_model: [atlas/one, atlas/two]
      tags:
      - tissue:lung
      - genes:2000
      model-index: [{name: x, results: [{task: {type: y}}]}]
      ---
      # Lung

      A **model** of the lung.
      """;

  @Test
  void tagsComeFromTagsLibraryLicenceAndBase() {
    var facts = CardFacts.read(CARD);
    assertThat(facts.tags())
        .containsExactly(
            "tissue:lung",
            "genes:2000",
            "scvi-tools",
            "license:cc-by-4.0",
            "base_model:atlas/one",
            "base_model:atlas/two");
    assertThat(facts.excerpt()).isEqualTo("A model of the lung.");
  }

  @Test
  void textWithoutFrontMatterIsText() {
    assertThat(CardFacts.read("# Only\nprose").card()).isEmpty();
    assertThat(CardFacts.read("---\nnever closed: 1\n").card()).isEmpty();
    assertThat(CardFacts.read("").card()).isEmpty();
  }

  @Test
  void refusesWhatIsNotAMapOrTooMuch() {
    assertThatIllegalArgumentException().isThrownBy(() -> CardFacts.read("---\n- a\n- b\n---\n"));
    assertThatIllegalArgumentException().isThrownBy(() -> CardFacts.read("---\na: [1\n---\n"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CardFacts.read("---\na: " + "[".repeat(5000) + "\n---\n"));
    assertThatIllegalArgumentException().isThrownBy(() -> CardFacts.read("---\na: &x [*x]\n---\n"));
    String bomb =
        "---\na: &a ["
            + "1,".repeat(5000)
            + "1]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\n---\n";
    assertThatIllegalArgumentException().isThrownBy(() -> CardFacts.read(bomb));
  }

  @Test
  void damagedCardsAreReadOrRefusedAndNothingElse() {
    var random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bad = CARD.getBytes(StandardCharsets.UTF_8);
      for (int n = random.nextInt(1, 6); n > 0; n--) {
        bad[random.nextInt(bad.length)] =
            (byte) "[]{}&*!|>%@`\"'\0\n:- \t#".charAt(random.nextInt(22));
      }
      try {
        assertThat(CardFacts.read(new String(bad, StandardCharsets.UTF_8)).strings("tags"))
            .hasSizeLessThan(50);
      } catch (IllegalArgumentException _) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }
}
