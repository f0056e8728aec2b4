package org.syncyte.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.TorchArchive;

final class CardWriterTest {
  @Test
  void writesFrontMatterInTheOrderOfTheStockCard() throws IOException {
    var card = CardWriter.write(model("scvi133-scvi"), details(null));
    assertThat(card.text())
        .startsWith(
            """
            ---
            license: cc-by-4.0
            library_name: scvi-tools
            tags:
            - biology
            - genomics
            - single-cell
            - model_cls_name:SCVI
            - scvi_version:1.3.3
            - anndata_version:0.11.4
            - modality:rna
            - tissue:blood
            - annotated:True
            - organism:human
            ---
            """);
    assertThat(ModelCard.parse(card.text())).isEqualTo(card);
  }

  @Test
  void hasTheStockHeadingsInOrder() throws IOException {
    var body = CardWriter.write(model("scvi133-scvi"), details(null)).body();
    assertThat(body)
        .containsSubsequence(
            "# Model Description",
            "# Metrics",
            "<summary><strong>Cell-wise Coefficient of Variation</strong></summary>",
            "# Model Properties",
            "<strong>Model Parameters</strong>",
            "\"n_hidden\": 16",
            "<strong>Setup Data Arguments</strong>",
            "\"layer\": \"counts\"",
            "<strong>Data Registry</strong>",
            "| Registry Key | scvi-tools Location |",
            "| X | adata.layers['counts'] |",
            "| batch | adata.obs['_scvi_batch'] |",
            "**Data is Minified:** False",
            "<strong>Summary Statistics</strong>",
            "| Summary Stat Key | Value |",
            "| n_cells | 120 |",
            "**Training data url**: Not provided by uploader",
            "# References")
        .doesNotContain("# Federated Training");
  }

  @Test
  void tellsHowTheModelWasFederatedAndWhatStayedAtTheSites() throws IOException {
    var federation =
        new CardDetails.Federation(
            "run-7",
            List.of("A", "B|C"),
            12,
            "weighted mean",
            true,
            3.5,
            1e-5,
            Set.of("batch columns"));
    var body = CardWriter.write(model("scvi133-scvi-minified"), details(federation)).body();
    assertThat(body)
        .containsSubsequence(
            "# Federated Training",
            "| Sites | 2 (A, B\\|C) |",
            "| Rounds | 12 |",
            "| Secure aggregation | yes |",
            "epsilon 3.5, delta 1.0E-5",
            "- `batch columns`",
            "# References");
  }

  @Test
  void readsTheRegistryOfAMinifiedModel() throws IOException {
    var facts = RegistryFacts.of(model("scvi133-scvi-minified"));
    assertThat(facts.minified()).isTrue();
    assertThat(facts.locations())
        .containsEntry("latent_qzm", "adata.obsm['scvi_latent_qzm']")
        .containsEntry("observed_lib_size", "adata.obs['observed_lib_size']")
        .containsEntry("minify_type", "adata.uns['_scvi_adata_minify_type']");
    assertThat(facts.statistics()).containsEntry("n_vars", 30L).containsEntry("n_latent_qzm", 4L);
    assertThat(RegistryFacts.of(model("scvi133-scvi")).minified()).isFalse();
  }

  @Test
  void findsNoErrorInItsOwnCard() throws IOException {
    for (var name : List.of("scvi133-scvi", "scvi133-scanvi")) {
      var model = TorchArchive.read(TorchArchive.encode(model(name)));
      var facts = RegistryFacts.of(model);
      var metadata = HubMetadata.of(facts.modelClass().orElseThrow(), "1.3.3", "0.11.4", null);
      var card = CardWriter.write(model, details(null));
      assertThat(CardValidator.check(card.text(), metadata.json(), model, null)).isEmpty();
    }
  }

  @Test
  void rendersToAPageWithItsTables() throws IOException {
    var html = CardPage.html(CardWriter.write(model("scvi133-scvi"), details(null)));
    assertThat(html).contains("<td>adata.obs[&#39;_scvi_batch&#39;]</td>").contains("<details>");
  }

  private static CardDetails details(
      CardDetails.@org.jspecify.annotations.Nullable Federation run) {
    return new CardDetails(
        "cc-by-4.0",
        "0.11.4",
        List.of("rna"),
        List.of("blood"),
        List.of("human"),
        true,
        "Blood of **three** donors.",
        run == null ? null : "latent_posterior_parameters",
        new LinkedHashMap<>(
            Map.of("Cell-wise Coefficient of Variation", "| a | b |\n| --- | --- |\n| 1 | 2 |")),
        null,
        null,
        "GRCh38",
        "ensembl",
        "",
        run);
  }

  private static SavedModel model(String name) throws IOException {
    try (var in = CardWriterTest.class.getResourceAsStream("/fixtures/" + name + ".pt")) {
      return TorchArchive.read(in == null ? new byte[0] : in.readAllBytes());
    }
  }
}
