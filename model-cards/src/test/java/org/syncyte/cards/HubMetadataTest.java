package org.syncyte.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HubMetadataTest {
  private static final String JSON =
      """
      {
          "scvi_version": "1.3.3",
          "anndata_version": "0.11.4",
          "model_cls_name": "SCVI",
          "training_data_url": null,
          "model_parent_module": "scvi.model"
      }\
      """;

  @Test
  void writesExactlyTheFiveKeys() {
    assertThat(HubMetadata.of("SCVI", "1.3.3", "0.11.4", null).json()).isEqualTo(JSON);
    assertThat(HubMetadata.parse(JSON)).isEqualTo(HubMetadata.of("SCVI", "1.3.3", "0.11.4", null));
  }

  @Test
  void knowsWhereExternalClassesLive() {
    assertThat(
            HubMetadata.of("MRVI", "1.4.3", "0.12", "https://x.example/a.h5ad").modelParentModule())
        .isEqualTo("scvi.external");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"scvi_version\": 1, \"anndata_version\": \"0\", \"model_cls_name\": \"SCVI\"}",
        "{\"scvi_version\": \"1\", \"anndata_version\": \"0\"}",
        "{\"scvi_version\": \"1\", \"anndata_version\": \"0\", \"model_cls_name\": \"SCVI\", \"more\": 1}",
        "{\"scvi_version\": \"1\", \"scvi_version\": \"2\", \"anndata_version\": \"0\", \"model_cls_name\": \"S\"}",
        "{\"scvi_version\": \"1\", \"anndata_version\": \"0\", \"model_cls_name\": \"SCVI\"} x",
        "[[[[[[[[[[[["
      })
  void refusesAnythingElse(String json) {
    assertThatThrownBy(() -> HubMetadata.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(HubMetadata.FILE);
  }
}
