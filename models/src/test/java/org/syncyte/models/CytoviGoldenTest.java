package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.syncyte.models.distributions.Beta;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.nn.Pass;
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

  private record Run(Weights weights, Posterior posterior, Generated generated, Loss loss) {
    static Run of(Golden golden, NDManager arrays) {
      var names = IntStream.range(0, golden.summary().genes()).mapToObj(g -> "m" + g).toList();
      var config = new LinkedHashMap<>(golden.config());
      var mask = golden.json().path("encoder_marker_mask");
      var encoded = names.stream().filter(m -> mask.path(names.indexOf(m)).asBoolean()).toList();
      if (!encoded.isEmpty()) {
        config.put(Cytovi.Config.ENCODED, String.join(",", encoded));
      }
      var data = golden.summary();
      var weights = Weights.of(new StoredWeights(arrays, golden.state()));
      var model =
          new Cytovi(
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
