package org.syncyte.cards.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.TorchArchive;

class PrivacyLintTest {
  private static SavedModel fixture(String name) throws IOException {
    try (var in = PrivacyLintTest.class.getResourceAsStream("/fixtures/" + name)) {
      assertThat(in).isNotNull();
      return TorchArchive.read(in.readAllBytes());
    }
  }

  @Test
  void findsPerCellLabelsAndSplit() throws IOException {
    assertThat(PrivacyLint.model(fixture("scvi133-scanvi.pt")))
        .extracting(Exposure::code)
        .contains("L1", "L2");
  }

  @Test
  void portableCopyIsFreeOfThem() throws IOException {
    var copy = TorchArchive.read(TorchArchive.encode(fixture("scvi133-scanvi.pt")));
    assertThat(PrivacyLint.model(copy)).extracting(Exposure::code).doesNotContain("L1", "L2", "L9");
  }

  @Test
  void donorsInTheRegistryAreNamed() {
    var registry =
        Map.of(
            "model_name",
            "SCVI",
            "field_registries",
            Map.of(
                "batch",
                Map.of(
                    "state_registry",
                    Map.of(
                        "original_key",
                        "batch",
                        "categorical_mapping",
                        List.of("patient_1", "patient_2")))));
    var model = new SavedModel(new StateDict(Map.of()), List.of(), Map.of("registry_", registry));
    assertThat(PrivacyLint.model(model)).extracting(Exposure::code).containsExactly("L3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ask jane.doe+x@hospital.example.org",
        "read from /home/jane/cells.h5ad",
        "C:\\Users\\jane\\cells.h5ad",
        "(/scratch/lab 7/run)"
      })
  void addressesAreFoundAndRemoved(String text) {
    assertThat(PrivacyLint.text("README.md", text)).hasSize(1);
    var cleaned = PrivacyLint.cleaned(text);
    assertThat(cleaned).contains("[removed]");
    assertThat(PrivacyLint.text("README.md", cleaned)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/home/page",
        "see [the paper](https://doi.org/10.1038/x)",
        "batch@1",
        "a/b/c",
        "CD4+ T cells, 10x 3' v3"
      })
  void usualTextIsLeftAlone(String text) {
    assertThat(PrivacyLint.text("README.md", text)).isEmpty();
  }

  @Test
  void columnsThatNameCellsAreSerious() {
    var counts = new LinkedHashMap<String, Integer>();
    IntStream.range(0, 90).forEach(i -> counts.put("v" + i, 1));
    assertThat(PrivacyLint.column("note", counts, 100, false))
        .extracting(Exposure::code)
        .containsExactly("L4");
    assertThat(PrivacyLint.column("total_counts", counts, 100, true)).isEmpty();
  }

  @Test
  void smallGroupsAreCounted() {
    var groups = Map.of("B", 500, "T", 400, "rare", 3);
    var found = PrivacyLint.column("cell_type", groups, 903, false);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().message())
        .isEqualTo("1 of 3 groups have fewer than 10 cells; the smallest has 3");
  }

  @Test
  void donorColumnsAreSerious() {
    assertThat(PrivacyLint.column("donor_id", Map.of("S1", 50, "S2", 50), 100, false))
        .extracting(Exposure::code)
        .containsExactly("L3");
    assertThat(PrivacyLint.column("subjective_quality", Map.of("a", 50, "b", 50), 100, false))
        .isEmpty();
  }

  @Test
  void barcodesAreFoundByMajority() {
    assertThat(PrivacyLint.cells(List.of("AAACCCAAGAAACACT-1", "AAACCCAAGAAACACT-1-b1", "c3")))
        .hasSize(1);
    assertThat(PrivacyLint.cells(List.of("cell-1", "cell-2", "AAACCCAAGAAACACT-1"))).isEmpty();
  }

  @Test
  void longHostileTextTakesLittleTime() {
    var random = new Random(7);
    var text = new StringBuilder();
    for (int i = 0; i < 400_000; i++) {
      text.append("@./\\aA:C".charAt(random.nextInt(8)));
    }
    long start = System.nanoTime();
    PrivacyLint.text("README.md", text.toString());
    PrivacyLint.cleaned(text.toString());
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }
}
