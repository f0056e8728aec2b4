package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.syncyte.models.distributions.NegativeBinomial;
import org.syncyte.models.distributions.ZeroInflatedNegativeBinomial;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.StoredWeights;
import org.syncyte.models.nn.Weights;

class ScviGoldenTest {
  private static final double TOLERANCE = 2e-5;

  @Test
  void zeroInflatedForwardAndLossEqualReference() {
    var golden = Golden.read("scvi_zinb");
    try (var arrays = Compute.scope()) {
      var weights = Weights.of(new StoredWeights(arrays, golden.state()));
      var model = Catalogue.build("SCVI", golden.config(), golden.summary(), weights);
      var cells = golden.batch(arrays);
      var pass = Pass.evaluation(golden.noise());
      var posterior = model.inference(cells, pass);
      var generated = model.generative(cells, posterior, pass);
      var loss = model.loss(cells, posterior, generated, 0.3f, pass);

      golden.assertOutput("qz_mean", posterior.latent().mean(), TOLERANCE);
      golden.assertOutput("qz_var", posterior.latent().variance(), TOLERANCE);
      golden.assertOutput("z", posterior.z(), TOLERANCE);
      golden.assertOutput("library", posterior.logLibrary(), TOLERANCE);
      golden.assertOutput("scale", generated.scale(), TOLERANCE);
      golden.assertOutput("mu", generated.rate(), TOLERANCE);
      var zinb = (ZeroInflatedNegativeBinomial) generated.counts();
      golden.assertOutput("theta", zinb.theta(), TOLERANCE);
      golden.assertOutput("zi_logits", zinb.logits(), TOLERANCE);
      golden.assertOutput("log_prob", zinb.logProbability(cells.counts()), TOLERANCE);
      golden.assertOutput("reconstruction_loss", loss.reconstruction(), TOLERANCE);
      golden.assertOutput("kl_z", loss.kl().get("kl_divergence_z"), TOLERANCE);
      golden.assertOutput("loss_kl03", loss.total(), TOLERANCE);

      var transformed = cells.withBatch(cells.batch().mul(0L).add(2L));
      var elsewhere = model.generative(transformed, posterior, pass);
      golden.assertOutput("scale_transform_batch2", elsewhere.scale(), TOLERANCE);
      golden.assertOutput(
          "theta_transform_batch2",
          ((ZeroInflatedNegativeBinomial) elsewhere.counts()).theta(),
          TOLERANCE);
    }
  }

  @Test
  void latentLibraryForwardAndLossEqualReference() {
    var golden = Golden.read("scvi_nb_latent_library");
    try (var arrays = Compute.scope()) {
      var weights = Weights.of(new StoredWeights(arrays, golden.state()));
      var model = Catalogue.build("SCVI", golden.config(), golden.summary(), weights);
      var cells = golden.batch(arrays);
      var pass = Pass.evaluation(golden.noise());
      var posterior = model.inference(cells, pass);
      var generated = model.generative(cells, posterior, pass);
      var loss = model.loss(cells, posterior, generated, 0.3f, pass);

      golden.assertOutput("ql_mean", Objects.requireNonNull(posterior.library()).mean(), TOLERANCE);
      golden.assertOutput(
          "ql_var", Objects.requireNonNull(posterior.library()).variance(), TOLERANCE);
      golden.assertOutput("library", posterior.logLibrary(), TOLERANCE);
      golden.assertOutput("mu", generated.rate(), TOLERANCE);
      golden.assertOutput("theta", ((NegativeBinomial) generated.counts()).theta(), TOLERANCE);
      golden.assertOutput("reconstruction_loss", loss.reconstruction(), TOLERANCE);
      golden.assertOutput("kl_l", loss.kl().get("kl_divergence_l"), TOLERANCE);
      golden.assertOutput("loss_kl03", loss.total(), TOLERANCE);
    }
  }

  @Test
  void namesAndShapesEqualThePublishedCheckpoint() {
    for (var name : new String[] {"scvi_zinb", "scvi_nb_latent_library", "scvi_train_step"}) {
      var golden = Golden.read(name);
      try (var arrays = Compute.scope()) {
        var source = new StoredWeights(arrays, golden.state());
        var weights = Weights.of(source);
        Catalogue.build("SCVI", golden.config(), golden.summary(), weights);
        source.refuseUnused(weights);
        assertThat(weights.arrays().keySet())
            .containsExactlyInAnyOrderElementsOf(golden.state().tensors().keySet());
      }
    }
  }

  @Test
  void refusesUnknownArgument() {
    assertThatThrownBy(() -> Scvi.Config.of(Map.of("n_hiden", "3")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n_hiden");
    assertThatThrownBy(() -> Scvi.Config.of(Map.of("dispersion", "cell")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gene-batch");
  }
}
