package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.syncyte.models.distributions.Beta;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Role;
import org.syncyte.models.nn.StoredWeights;
import org.syncyte.models.nn.Weights;

class CytoviGoldenTest {
  private static final double TOLERANCE = 2e-5;

  @Test
  void maskedNormalForwardAndLossEqualReference() {
    var golden = Golden.read("cytovi_normal_masked");
    try (var arrays = Compute.scope()) {
      var run = Run.of(golden, arrays);
      assertThat(run.generated.counts()).isInstanceOf(Normal.class);
      golden.assertOutput("px_loc", run.generated.counts().mean(), TOLERANCE);
      golden.assertOutput("px_scale", run.generated.counts().variance().sqrt(), TOLERANCE);
      run.assertShared(golden);
    }
  }

  @Test
  void betaWithLabelPriorEqualsReference() {
    var golden = Golden.read("cytovi_beta_labels");
    try (var arrays = Compute.scope()) {
      var run = Run.of(golden, arrays);
      var beta = (Beta) run.generated.counts();
      golden.assertOutput("concentration1", beta.a(), TOLERANCE);
      golden.assertOutput("concentration0", beta.b(), TOLERANCE);
      golden.assertOutput("mean", run.generated.scale(), TOLERANCE);
      run.assertShared(golden);
    }
  }

  /// The filler of a masked value is 0, where a Beta distribution has no finite log-density.
  @Test
  void gradientsOfAMaskedBetaStepEqualAutograd() {
    var golden = Golden.read("cytovi_train_step");
    try (var arrays = Compute.scope();
        var _ = Compute.recording(true)) {
      var weights = Weights.of(new StoredWeights(arrays, golden.state()));
      var model = model(golden, weights);
      weights.layout().stream()
          .filter(tensor -> tensor.role() == Role.TRAINED)
          .forEach(tensor -> array(weights, tensor.name()).setRequiresGradient(true));
      var cells = golden.batch(arrays);
      var pass = Pass.training(golden.noise());
      var posterior = model.inference(cells, pass);
      var loss = model.loss(cells, posterior, model.generative(cells, posterior, pass), 0.5f, pass);
      golden.assertOutput("loss", loss.total(), 1e-5);
      golden.assertOutput("reconstruction_loss", loss.reconstruction(), TOLERANCE);
      golden.assertOutput("kl_z", loss.kl().get("kl_divergence_z"), TOLERANCE);
      Compute.backward(loss.total());
      var gradients = golden.json().get("grads");
      assertThat(gradients.size()).isEqualTo(19);
      for (var name : (Iterable<String>) gradients::fieldNames) {
        var array = (PtNDArray) array(weights, name);
        Golden.assertClose(
            "gradient of " + name, JniUtils.getGradient(array), gradients.get(name), 1e-4);
      }
      var statistics = golden.json().get("statistics");
      for (var name : (Iterable<String>) statistics::fieldNames) {
        Golden.assertClose(name, array(weights, name), statistics.get(name), 1e-5);
      }
    }
  }

  @Test
  void namesAndShapesEqualThePublishedCheckpoint() {
    for (var name : List.of("cytovi_normal_masked", "cytovi_beta_labels")) {
      var golden = Golden.read(name);
      try (var arrays = Compute.scope()) {
        var run = Run.of(golden, arrays);
        assertThat(run.weights.arrays().keySet())
            .containsExactlyInAnyOrderElementsOf(golden.state().tensors().keySet());
      }
    }
  }

  @Test
  void widthsFollowTheEncodedMarkers() {
    var all = Cytovi.Config.of(Map.of());
    assertThat(all.latent(12)).isEqualTo(10);
    assertThat(all.latent(25)).isEqualTo(12);
    assertThat(all.latent(27)).isEqualTo(14);
    assertThat(all.latent(90)).isEqualTo(20);
    assertThat(Cytovi.Config.of(Map.of("n_latent", "3")).latent(90)).isEqualTo(3);
  }

  @Test
  void refusesWhatTheReferenceRefuses() {
    assertThatThrownBy(() -> Cytovi.Config.of(Map.of("encode_backbone_only", "False")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("encode_backbone_only");
    assertThatThrownBy(() -> Cytovi.Config.of(Map.of("protein_likelihood", "nb")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[normal, beta]");
    assertThatThrownBy(() -> Cytovi.Config.of(Map.of("n_hiden", "4")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n_hiden");
  }

  private static NDArray array(Weights weights, String name) {
    return Objects.requireNonNull(weights.arrays().get(name));
  }

  private static Cytovi model(Golden golden, Weights weights) {
    var data = golden.summary();
    var names = IntStream.range(0, data.genes()).mapToObj(g -> "m" + g).toList();
    var config = new LinkedHashMap<>(golden.config());
    var mask = golden.json().path("encoder_marker_mask");
    var encoded = names.stream().filter(m -> mask.path(names.indexOf(m)).asBoolean()).toList();
    if (!encoded.isEmpty()) {
      config.put(Cytovi.Config.ENCODED, String.join(",", encoded));
    }
    return new Cytovi(
        Cytovi.Config.of(config),
        new Summary(
            data.genes(),
            data.batch(),
            data.labels(),
            data.categorical(),
            data.continuous(),
            false,
            null,
            names),
        weights);
  }

  private record Run(Weights weights, Posterior posterior, Generated generated, Loss loss) {
    static Run of(Golden golden, NDManager arrays) {
      var weights = Weights.of(new StoredWeights(arrays, golden.state()));
      var model = model(golden, weights);
      var cells = golden.batch(arrays);
      var pass = Pass.evaluation(golden.noise());
      var posterior = model.inference(cells, pass);
      var generated = model.generative(cells, posterior, pass);
      return new Run(
          weights, posterior, generated, model.loss(cells, posterior, generated, 0.3f, pass));
    }

    void assertShared(Golden golden) {
      golden.assertOutput("qz_mean", posterior.latent().mean(), TOLERANCE);
      golden.assertOutput("qz_var", posterior.latent().variance(), TOLERANCE);
      golden.assertOutput("reconstruction_loss", loss.reconstruction(), TOLERANCE);
      golden.assertOutput("kl_z", loss.kl().get("kl_divergence_z"), TOLERANCE);
      golden.assertOutput("loss_kl03", loss.total(), TOLERANCE);
    }
  }
}
