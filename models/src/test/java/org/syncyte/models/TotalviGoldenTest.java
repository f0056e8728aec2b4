package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.models.distributions.NegativeBinomial;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.StoredWeights;
import org.syncyte.models.nn.Weights;

class TotalviGoldenTest {
  private static final double TOLERANCE = 2e-5;

  /// The reference draws a library size even where it is observed.
  private static final int LIBRARY_DRAW = 1;

  @ParameterizedTest
  @ValueSource(strings = {"totalvi", "totalvi_legacy_1_3_0"})
  void forwardAndLossEqualReference(String name) {
    var golden = Golden.read(name);
    try (var arrays = Compute.scope()) {
      var source = new StoredWeights(arrays, golden.state());
      var weights = Weights.of(source);
      var config = new LinkedHashMap<>(golden.config());
      if (name.contains("legacy")) {
        config.put(Totalvi.LEGACY, "true");
      }
      var model = new Totalvi(Totalvi.Config.of(config), golden.summary(), weights);
      source.refuseUnused(weights);
      var cells = golden.batch(arrays);
      var pass = Pass.evaluation(golden.noise(LIBRARY_DRAW));
      var posterior = model.inference(cells, pass);
      var generated = model.generative(cells, posterior, pass);
      var loss = model.loss(cells, posterior, generated, 0.3f, 0.7f, pass);

      golden.assertOutput("qz_mean", posterior.latent().mean(), TOLERANCE);
      golden.assertOutput("qz_var", posterior.latent().variance(), TOLERANCE);
      var library = model.encodeLibrary(cells, pass);
      golden.assertOutput("ql_mean", library.mean(), TOLERANCE);
      golden.assertOutput("ql_var", library.variance(), TOLERANCE);
      golden.assertOutput("px_scale", generated.scale(), TOLERANCE);
      golden.assertOutput("px_rate", generated.rate(), TOLERANCE);
      golden.assertOutput("px_r", ((NegativeBinomial) generated.counts()).theta(), TOLERANCE);
      var proteins = Objects.requireNonNull(generated.proteins());
      golden.assertOutput("py_back_alpha", proteins.logBackground().mean(), TOLERANCE);
      golden.assertOutput("py_back_beta", proteins.logBackground().variance().sqrt(), TOLERANCE);
      golden.assertOutput("py_rate_back", proteins.background(), TOLERANCE);
      golden.assertOutput("py_fore_scale", proteins.foregroundScale(), TOLERANCE);
      golden.assertOutput("py_rate_fore", proteins.foreground(), TOLERANCE);
      golden.assertOutput("py_mixing", proteins.mixing(), TOLERANCE);
      golden.assertOutput("py_scale", proteins.scale(), TOLERANCE);
      golden.assertOutput("py_r", proteins.counts().theta(), TOLERANCE);
      if (!name.contains("legacy")) {
        golden.assertOutput("per_batch_efficiency", proteins.efficiency(), TOLERANCE);
      }
      var parts = model.parts(cells, posterior, generated);
      golden.assertOutput("reconst_loss_gene", parts.genes(), TOLERANCE);
      golden.assertOutput("reconst_loss_protein", parts.proteins(), TOLERANCE);
      golden.assertOutput("kl_div_z", loss.kl().get("kl_div_z"), TOLERANCE);
      golden.assertOutput("kl_div_back_pro", loss.kl().get("kl_div_back_pro"), TOLERANCE);
      golden.assertOutput("loss_kl03_pro07", loss.total(), TOLERANCE);
      assertThat(loss.reconstruction().toFloatArray()[0])
          .isEqualTo(parts.genes().add(parts.proteins()).toFloatArray()[0]);
    }
  }

  @Test
  void refusesDispersionsThatNeedLabelsAndCellsWithoutProteins() {
    assertThatThrownBy(() -> Totalvi.Config.of(Map.of("gene_dispersion", "gene-label")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gene-batch");
    assertThatThrownBy(() -> Totalvi.Config.of(Map.of("n_layers", "2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n_layers_encoder");
    var data = Golden.read("scvi_zinb").summary();
    try (var arrays = Compute.scope()) {
      var weights = Weights.of(new StoredWeights(arrays, Golden.read("totalvi").state()));
      assertThatThrownBy(() -> new Totalvi(Totalvi.Config.of(Map.of()), data, weights))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("obsm");
    }
  }
}
