package org.syncyte.federation.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.RunSpec;

class VocabularyTest {
  private static final RunSpec SPEC =
      RunSpec.parse(
          """
          {"federation":"f","run":"r","model":"SCANVI","batch_key":"b","labels_key":"l","rounds":1,
           "genes":2,"config":{"unlabeled_category":"B"}}\
          """
              .getBytes(StandardCharsets.UTF_8));

  @Test
  void genesDoNotDependOnAnybodysOrder() {
    assertThat(
            Vocabulary.commonGenes(
                Map.of("a", List.of("Z", "b", "é", "A"), "b", List.of("é", "A", "x", "Z"))))
        .containsExactly("A", "Z", "é");
    assertThatThrownBy(() -> Vocabulary.commonGenes(Map.of("a", List.of("x"), "b", List.of("y"))))
        .hasMessageContaining("no gene in common");
    assertThatThrownBy(() -> Vocabulary.commonGenes(Map.of("a", List.of("x", "x"))))
        .hasMessageContaining("twice");
  }

  @Test
  void manifestUnitesBatchesAndLabels() {
    Manifest manifest =
        Vocabulary.manifest(
            SPEC,
            List.of("Z", "A"),
            Map.of("s2", List.of("q", "p"), "s1", List.of("p")),
            Map.of("s1", List.of("T", "B"), "s2", List.of("K")));

    assertThat(manifest.varNames()).containsExactly("A", "Z");
    assertThat(manifest.sites()).containsExactly("s1", "s2");
    assertThat(manifest.batches()).containsExactly("p", "q");
    assertThat(manifest.batchOwners())
        .isEqualTo(Map.of("p", List.of("s1", "s2"), "q", List.of("s2")));
    assertThat(manifest.labels()).containsExactly("K", "T", "B");
  }

  @Test
  void choosesOnlyAmongMoreThanEnough() {
    var ranked = List.of(new Hvg.Scored("c", 3), new Hvg.Scored("a", 2), new Hvg.Scored("b", 1));

    assertThat(Vocabulary.choose(SPEC, List.of("a", "b", "c"), ranked)).containsExactly("c", "a");
    assertThat(Vocabulary.choose(SPEC, List.of("a", "b"), null)).containsExactly("a", "b");
  }
}
