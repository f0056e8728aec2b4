package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Gradients;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Role;

/// The likelihood in one pass against the one of which the engine records every operation.
class FusedTrainingTest {
  private record Step(double loss, Map<String, float[]> gradients) {}

  @AfterEach
  void oneThread() {
    Compute.threads(1);
  }

  @ParameterizedTest
  @CsvSource({
    "SCVI, zinb, true",
    "SCVI, nb, true",
    "SCVI, zinb, false",
    "SCVI, nb, false",
    "SCANVI, zinb, true",
    "SCANVI, nb, false",
    "SCVI, poisson, true",
    "TOTALVI, nb, true",
    "TOTALVI, nb, false",
    "TOTALVI, zinb, true",
    "TOTALANVI, nb, true"
  })
  void lossAndGradientsEqualThoseOfThePlainPath(
      String modelClass, String likelihood, boolean observed) {
    assertThat(Compute.vectors()).isTrue();
    var config =
        Map.of("gene_likelihood", likelihood, "use_observed_lib_size", Boolean.toString(observed));
    var plain = step(modelClass, config, false);
    var fused = step(modelClass, config, true);
    assertThat(fused.loss).isCloseTo(plain.loss, within(2e-6 * Math.abs(plain.loss)));
    assertThat(fused.gradients.keySet()).isEqualTo(plain.gradients.keySet());
    plain.gradients.forEach((name, expected) -> {
      float[] actual = Objects.requireNonNull(fused.gradients.get(name));
      // The bias ahead of a batch norm has gradient zero, but for rounding.
      float most = name.endsWith(".0.bias") ? 1 : 0.02f;
      for (float value : expected) {
        most = Math.max(most, Math.abs(value));
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).as("%s[%d]", name, i).isCloseTo(expected[i], within(most * 1e-4f));
      }
    });
  }

  @Test
  void severalThreadsGiveTheSameEachTime() {
    Compute.threads(2);
    var first = step("SCVI", Map.of(), true);
    for (int i = 0; i < 3; i++) {
      var again = step("SCVI", Map.of(), true);
      assertThat(again.loss).isEqualTo(first.loss);
      first.gradients.forEach(
          (name, values) -> assertThat(again.gradients.get(name)).as(name).containsExactly(values));
    }
  }

  private static Step step(String modelClass, Map<String, String> config, boolean fused) {
    boolean proteins = modelClass.startsWith("TOTAL");
    var data = proteins ? ProteinCells.of(50, 0).data() : MadeUpCells.of(50, 0);
    var plain =
        Registry.of(data, proteins ? ProteinCells.SETUP : new Setup(null, "site", null, null));
    var registry = modelClass.contains("AN") ? plain.relabelled(data, "type", "Unknown") : plain;
    var all = new int[data.cells()];
    java.util.Arrays.setAll(all, i -> i);
    Minibatch minibatch = registry.bind(data).read(all);
    try (var fit = Fit.start(modelClass, config, registry, 0);
        var use = fit.network().use();
        var _ = Compute.recording(true)) {
      fit.network().trained().forEach(array -> array.setRequiresGradient(true));
      var own = new Gradients();
      var noise = new RandomNoise(new SplittableRandom(1));
      var pass = fused ? Pass.training(noise, own) : Pass.training(noise);
      var loss = fit.model().loss(new Feed().load(minibatch, use.arrays()), 0.3f, pass);
      Compute.backward(loss.total());
      own.add();
      var gradients = new TreeMap<String, float[]>();
      for (var tensor : fit.layout()) {
        if (tensor.role() == Role.TRAINED) {
          var gradient = JniUtils.getGradient((PtNDArray) fit.network().array(tensor.name()));
          if (gradient != null) {
            gradients.put(tensor.name(), gradient.toFloatArray());
          }
        }
      }
      return new Step(loss.total().getFloat(), gradients);
    }
  }
}
