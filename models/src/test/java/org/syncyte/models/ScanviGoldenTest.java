package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Role;
import org.syncyte.models.nn.StoredWeights;
import org.syncyte.models.nn.Weights;

class ScanviGoldenTest {
  private static final double TOLERANCE = 2e-5;

  @Test
  void forwardAndLossEqualReference() {
    var golden = Golden.read("scanvi");
    try (var arrays = Compute.scope()) {
      var model = model(golden, weights(golden, arrays));
      var cells = golden.batch(arrays);
      var pass = Pass.evaluation(golden.noise());
      var posterior = model.inference(cells, pass);
      var loss = model.loss(cells, posterior, model.generative(cells, posterior, pass), 0.3f, pass);

      golden.assertOutput("z", posterior.z(), TOLERANCE);
      golden.assertOutput("classifier_logits_z", model.scores(posterior.z(), pass), TOLERANCE);
      golden.assertOutput("reconstruction_loss", loss.reconstruction(), TOLERANCE);
      golden.assertOutput("kl_local", kl(loss), TOLERANCE);

      var labelled = labelled(golden, arrays);
      var scores = model.scores(model.encode(labelled, pass).mean(), pass);
      golden.assertOutput("labelled_logits", scores, TOLERANCE);
      var crossEntropy = model.classificationLoss(scores, labelled.labels());
      golden.assertOutput("classification_loss", crossEntropy, TOLERANCE);
      golden.assertOutput("loss_kl03_ratio50", loss.total().add(crossEntropy.mul(50f)), TOLERANCE);
      golden.assertOutput(
          "predict_probs",
          model.probabilities(model.scores(model.encode(cells, pass).mean(), pass)),
          TOLERANCE);
    }
  }

  @Test
  void gradientsAndRunningStatisticsOfOneStepEqualAutograd() {
    var golden = Golden.read("scanvi_train_step");
    try (var arrays = Compute.scope();
        var _ = Compute.recording(true)) {
      var weights = weights(golden, arrays);
      var model = model(golden, weights);
      for (var tensor : weights.layout()) {
        if (tensor.role() == Role.TRAINED) {
          array(weights, tensor.name()).setRequiresGradient(true);
        }
      }
      var cells = golden.batch(arrays);
      var pass = Pass.training(golden.noise());
      var posterior = model.inference(cells, pass);
      var loss = model.loss(cells, posterior, model.generative(cells, posterior, pass), 0.5f, pass);
      var labelled = labelled(golden, arrays);
      var scores = model.scores(model.encode(labelled, pass).mean(), pass);
      var total = loss.total().add(model.classificationLoss(scores, labelled.labels()).mul(50f));
      golden.assertOutput("loss", total, 1e-5);
      golden.assertOutput("kl_local", kl(loss), TOLERANCE);
      Compute.backward(total);

      var gradients = golden.json().get("grads");
      var statistics = golden.json().get("statistics");
      for (var tensor : weights.layout()) {
        var name = tensor.name();
        var array = (PtNDArray) array(weights, name);
        switch (tensor.role()) {
          case TRAINED ->
              Golden.assertClose(
                  "gradient of " + name, JniUtils.getGradient(array), gradients.get(name), 1e-4);
          case DEAD -> {
            if (gradients.has(name)) {
              assertThat(gradients.get(name).isNull()).as(name).isTrue();
            }
          }
          case STATISTIC -> Golden.assertClose(name, array, statistics.get(name), 1e-5);
          case COUNTER ->
              assertThat((float) array.getLong())
                  .as(name)
                  .isEqualTo(Golden.floats(statistics.get(name))[0]);
          case FIXED -> assertThat(name).isEqualTo("y_prior");
        }
      }
    }
  }

  @Test
  void namesAndShapesEqualThePublishedCheckpoint() {
    var golden = Golden.read("scanvi");
    try (var arrays = Compute.scope()) {
      var weights = weights(golden, arrays);
      model(golden, weights);
      assertThat(weights.arrays().keySet())
          .containsExactlyInAnyOrderElementsOf(golden.state().tensors().keySet());
    }
  }

  @Test
  void refusesWhatHasNoMeaningWithoutLabels() {
    assertThatThrownBy(() -> Scanvi.Config.of(Map.of("latent_distribution", "ln")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("latent_distribution");
    assertThatThrownBy(() -> Scanvi.Config.of(Map.of("dispersion", "gene-label")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gene-label");
    assertThatThrownBy(() -> Scanvi.Config.of(Map.of("linear_clasifier", "true")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("linear_classifier");
  }

  private static Weights weights(Golden golden, NDManager arrays) {
    return Weights.of(new StoredWeights(arrays, golden.state()));
  }

  private static Scanvi model(Golden golden, Weights weights) {
    return new Scanvi(Scanvi.Config.of(golden.config()), golden.summary(), weights);
  }

  private static NDArray array(Weights weights, String name) {
    return Objects.requireNonNull(weights.arrays().get(name));
  }

  private static NDArray kl(Loss loss) {
    return List.copyOf(loss.kl().values()).stream().reduce(NDArray::add).orElseThrow();
  }

  private static Batch labelled(Golden golden, NDManager arrays) {
    return golden.batch(arrays, "labelled_inputs");
  }
}
