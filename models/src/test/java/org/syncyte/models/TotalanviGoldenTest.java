package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.StoredWeights;
import org.syncyte.models.nn.Weights;

class TotalanviGoldenTest {
  private static final double TOLERANCE = 2e-5;

  @Test
  void forwardAndLossEqualReference() {
    var golden = Golden.read("totalanvi");
    try (var arrays = Compute.scope()) {
      var source = new StoredWeights(arrays, golden.state());
      var weights = Weights.of(source);
      var model = new Totalanvi(Totalanvi.Config.of(golden.config()), golden.summary(), weights);
      source.refuseUnused(weights);
      var cells = golden.batch(arrays);
      var pass = Pass.evaluation(golden.noise(1));
      var posterior = model.inference(cells, pass);
      var generated = model.generative(cells, posterior, pass);
      var loss = model.loss(cells, posterior, generated, 0.3f, 0.7f, pass);
      golden.assertOutput("z", posterior.z(), TOLERANCE);
      for (var part : new String[] {"kl_div_back_pro", "kl_divergence", "kl_divergence_class"}) {
        golden.assertOutput(part, loss.kl().get(part), TOLERANCE);
      }

      var labelled = golden.batch(arrays, "labelled_inputs");
      var scores = model.scores(model.encode(labelled, pass).mean(), pass);
      golden.assertOutput("labelled_logits", scores, TOLERANCE);
      var crossEntropy = model.classificationLoss(scores, labelled.labels());
      golden.assertOutput("classification_loss", crossEntropy, TOLERANCE);
      golden.assertOutput(
          "loss_kl03_pro07_ratio50", loss.total().add(crossEntropy.mul(50f)), TOLERANCE);
    }
  }

  @Test
  void refusesLogisticNormalLatentSpace() {
    assertThatThrownBy(() -> Totalanvi.Config.of(Map.of("latent_distribution", "ln")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("latent_distribution");
  }
}
