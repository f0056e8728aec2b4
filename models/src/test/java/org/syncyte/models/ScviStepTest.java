package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Gradients;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Role;
import org.syncyte.models.nn.StoredWeights;
import org.syncyte.models.nn.Weights;
import org.syncyte.models.train.Adam;

class ScviStepTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsAdamStepAndRunningStatisticsEqualReference(boolean fused) {
    var golden = Golden.read("scvi_train_step");
    try (var arrays = Compute.scope();
        var _ = Compute.recording(true)) {
      var weights = Weights.of(new StoredWeights(arrays, golden.state()));
      var model = Catalogue.build("SCVI", golden.config(), golden.summary(), weights);
      var trained = new ArrayList<NDArray>();
      for (var tensor : weights.layout()) {
        if (tensor.role() == Role.TRAINED) {
          var array = Objects.requireNonNull(weights.arrays().get(tensor.name()));
          array.setRequiresGradient(true);
          trained.add(array);
        }
      }
      var adam = new Adam(arrays, trained, 1e-3, 0.01, 1e-6);

      var cells = golden.batch(arrays);
      var own = new Gradients();
      var pass = fused ? Pass.training(golden.noise(), own) : Pass.training(golden.noise());
      var loss = model.loss(cells, 0.5f, pass);
      golden.assertOutput("loss", loss.total(), 1e-5);
      Compute.backward(loss.total());
      own.add();

      var gradients = golden.json().get("grads");
      for (var tensor : weights.layout()) {
        var expected = gradients.get(tensor.name());
        var array = (PtNDArray) Objects.requireNonNull(weights.arrays().get(tensor.name()));
        if (expected != null && !expected.isNull()) {
          assertThat(tensor.role()).as(tensor.name()).isEqualTo(Role.TRAINED);
          Golden.assertClose(
              "gradient of " + tensor.name(), JniUtils.getGradient(array), expected, 2e-5);
        } else if (expected != null) {
          assertThat(tensor.role()).as(tensor.name()).isEqualTo(Role.DEAD);
        }
      }

      adam.step();
      var after = golden.json().get("state_dict_after_one_adam_step");
      for (var tensor : weights.layout()) {
        var array = Objects.requireNonNull(weights.arrays().get(tensor.name()));
        if (tensor.name().endsWith("num_batches_tracked")) {
          assertThat((float) array.getLong())
              .as(tensor.name())
              .isEqualTo(Golden.floats(after.get(tensor.name()))[0]);
        } else {
          Golden.assertClose(tensor.name(), array, after.get(tensor.name()), 1e-6);
        }
      }
    }
  }
}
