package org.syncyte.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.CardValidator.DataFacts;
import org.syncyte.cards.CardValidator.Problem;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.TorchArchive;

final class CardValidatorTest {
  private static final String CARD =
      """
      ---
      license: mit
      library_name: scvi-tools
      tags:
      - model_cls_name:SCVI
      - scvi_version:1.3.3
      - modality:rna
      - tissue:blood
      - organism:human
      ---
      """;
  private static final String METADATA = HubMetadata.of("SCVI", "1.3.3", "0.11.4", null).json();

  @Test
  void findsNothingWrongWithACompleteModel() throws IOException {
    var model = clean("scvi133-scvi-minified.pt");
    var data = new DataFacts("latent_posterior_parameters", model.varNames(), 4, true);
    assertThat(CardValidator.check(CARD, METADATA, model, data)).isEmpty();
  }

  @Test
  void tellsThatNamesAndVersionsDisagree() throws IOException {
    var problems =
        CardValidator.check(
            CARD.replace(":1.3.3", ":1.2.0"),
            METADATA.replace("SCVI", "SCANVI"),
            clean("scvi133-scvi.pt"),
            null);
    assertThat(codes(problems)).containsExactly("ERROR V2", "WARNING V3");
  }

  @Test
  void tellsThatMetadataAndCardAreUnreadable() throws IOException {
    var problems = CardValidator.check("---\na: [\n---\n", "{", clean("scvi133-scvi.pt"), null);
    assertThat(codes(problems)).containsExactly("ERROR C1", "ERROR V1");
    assertThat(codes(CardValidator.check(null, null, null, null)))
        .containsExactly("WARNING V0", "ERROR V1", "ERROR V0");
  }

  @Test
  void tellsThatModelAndDataDoNotFit() throws IOException {
    var model = clean("scvi133-scvi.pt");
    var data = new DataFacts("latent_posterior_parameters", List.of("other"), 7, false);
    assertThat(codes(CardValidator.check(CARD, METADATA, model, data)))
        .containsExactly("ERROR V4", "WARNING V7", "ERROR V7", "WARNING V8");
  }

  @Test
  void tellsThatGenesAreMissing() throws IOException {
    var model = clean("scvi133-scvi.pt");
    var shorter =
        new SavedModel(model.state(), model.varNames().subList(0, 29), model.attributes());
    assertThat(codes(CardValidator.check(CARD, METADATA, shorter, null)))
        .containsExactly("ERROR V5");
  }

  @Test
  void warnsOfPerCellLabelsAndSplits() throws IOException {
    var model = TorchArchive.read(bytes("scvi133-scanvi.pt"));
    assertThat(
            codes(
                CardValidator.check(
                    CARD.replace("SCVI", "SCANVI"),
                    METADATA.replace("SCVI", "SCANVI"),
                    model,
                    null)))
        .containsExactly("WARNING P1", "NOTE P2");
  }

  @Test
  void checksACardAlone() {
    assertThat(codes(CardValidator.checkCard(CARD))).isEmpty();
    assertThat(codes(CardValidator.checkCard("# Only text\n")))
        .containsExactly("WARNING C2", "WARNING V9", "NOTE C5", "NOTE V9", "NOTE V9", "NOTE V9");
    assertThat(codes(CardValidator.checkCard("---\nlicense: [1]\ntags: {a: 1}\n---\n")))
        .contains("ERROR C3", "ERROR C4");
  }

  private static List<String> codes(List<Problem> problems) {
    return problems.stream().map(problem -> problem.severity() + " " + problem.code()).toList();
  }

  private static SavedModel clean(String name) throws IOException {
    return TorchArchive.read(TorchArchive.encode(TorchArchive.read(bytes(name))));
  }

  private static byte[] bytes(String name) throws IOException {
    try (var in = CardValidatorTest.class.getResourceAsStream("/fixtures/" + name)) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }
}
