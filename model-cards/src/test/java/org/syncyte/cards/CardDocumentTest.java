package org.syncyte.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.TorchArchive;

class CardDocumentTest {
  private static SavedModel model() throws IOException {
    try (var in = CardDocumentTest.class.getResourceAsStream("/fixtures/scvi133-scvi.pt")) {
      assertThat(in).isNotNull();
      return TorchArchive.read(in.readAllBytes());
    }
  }

  @Test
  void filesSpeakAloneWhereThereIsNoCard() throws IOException {
    var document = CardDocument.of(null, model());
    assertThat(document.generated()).isTrue();
    assertThat(document.sections())
        .allSatisfy(section -> assertThat(section.origin()).isEqualTo(CardDocument.Origin.FILES));
    var said = Objects.requireNonNull(document.model());
    assertThat(said.genes()).isEqualTo(30);
    assertThat(said.cells()).isEqualTo(120);
    assertThat(said.modelClass()).isEqualTo("SCVI");
  }

  @Test
  void wordsOfTheAuthorAreTold() throws IOException {
    var generated = CardWriter.write(model(), CardDetails.of("mit", "0.11.4"));
    var edited =
        ModelCard.parse(
            generated
                .text()
                .replaceFirst(
                    "(?s)# Model Description\n.*?\n# Metrics",
                    "# Model Description\n\n"
                        + "Lungs <script>alert(1)</script> of mice.\n\n"
                        + "# Metrics"));
    var document = CardDocument.of(edited, model());
    assertThat(document.sections())
        .filteredOn(section -> section.origin() == CardDocument.Origin.AUTHOR)
        .extracting(CardDocument.Section::heading)
        .contains("Model Description")
        .doesNotContain("Model Properties");
    assertThat(document.sections()).noneSatisfy(s -> assertThat(s.html()).contains("<script"));
  }

  @Test
  void nothingAtAllIsRefused() {
    assertThatThrownBy(() -> CardDocument.of(null, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void mergeKeepsEveryWordOfTheAuthor() throws IOException {
    var author =
        ModelCard.parse(
            """
            ---
            license: cc-by-4.0
            tags: [biology, "tissue:lung", "model_cls_name:MINE"]
            funding: us
            ---
            # Model Description

            My words.

            # Model Properties

            Old and wrong.

            # How we failed

            ```
            # not a heading
            ```
            """);
    var merged =
        CardMerge.merge(author, CardWriter.write(model(), CardDetails.of("unknown", "0.11.4")));
    assertThat(merged.body())
        .contains("My words.", "# How we failed", "# not a heading", "n_latent")
        .doesNotContain("Old and wrong.");
    assertThat(merged.frontMatter()).containsEntry("license", "cc-by-4.0").containsKey("funding");
    assertThat(merged.tags())
        .contains("tissue:lung", "model_cls_name:MINE", "scvi_version:1.3.3")
        .doesNotContain("model_cls_name:SCVI");
  }

  @Test
  void sectionsJoinToTheBody() {
    var body = "intro\n# A\ntext\n## B\n```\n# c\n```\n";
    assertThat(CardSections.join(CardSections.of(body, 2))).isEqualTo(body);
  }
}
