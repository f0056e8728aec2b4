package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.metrics.NeighbourAccuracy;
import org.syncyte.models.nn.Role;
import org.syncyte.models.tasks.Elbo;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.train.EarlyStopping;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

class TrainingTest {
  private static final TrainOptions OPTIONS =
      TrainOptions.DEFAULT.withBatchSize(50).withLearningRate(5e-3).withKlWarmup(40);

  @Test
  void refusesWeightsThatAreNoNumbersAfterTheLastStep() {
    var data = MadeUpCells.of(100, 0);
    var registry = MadeUpCells.registry(data);
    try (var fit = Fit.start("SCVI", Map.of(), registry, 0)) {
      var once = TrainOptions.DEFAULT.withEpochs(1).withBatchSize(512).withLearningRate(1e40);
      assertThatThrownBy(() -> Trainer.train(fit, registry.bind(data), once, TrainListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lower learning rate");
      assertThat(fit.trained()).isFalse();
    }
  }

  @Test
  void overfitsTwoHundredMadeUpCells() {
    var cells = MadeUpCells.of(200, 1);
    var registry = MadeUpCells.registry(cells);
    try (var fit = Fit.start("SCVI", Map.of(), registry, 0)) {
      var data = registry.bind(cells);
      var history =
          Trainer.train(fit, data, OPTIONS.withTrainSize(1.0).withEpochs(150), TrainListener.NONE);
      assertThat(history.of("elbo_train")).hasSize(150);
      double first = history.of("reconstruction_loss_train").getFirst();
      assertThat(history.last("reconstruction_loss_train")).isLessThan(0.8 * first);
      assertThat(history.last("kl_weight")).isEqualTo(1);
      assertThat(-Elbo.of(fit, data).mean()).isLessThan(history.last("elbo_train"));

      var latent = LatentRepresentation.of(fit, data);
      var types = IntStream.range(0, 200).map(MadeUpCells::type).toArray();
      assertThat(NeighbourAccuracy.leaveOneOut(latent.mean(), types, 15)).isGreaterThan(0.97);
    }
  }

  @Test
  void equalRunsGiveEqualBytesAndSavedModelsAnswerEqually(@TempDir Path folder) throws Exception {
    var cells = MadeUpCells.of(150, 2);
    var registry = MadeUpCells.registry(cells);
    var data = registry.bind(cells);
    var options = OPTIONS.withEpochs(3).validating(null);
    try (var one = Fit.start("SCVI", Map.of("n_latent", "4"), registry, 7);
        var two = Fit.start("SCVI", Map.of("n_latent", "4"), registry, 7);
        var other = Fit.start("SCVI", Map.of("n_latent", "4"), registry, 8)) {
      same(one.state(), two.state());
      assertThat(floats(one.state(), "px_r")).isNotEqualTo(floats(other.state(), "px_r"));
      var history = Trainer.train(one, data, options, TrainListener.NONE);
      Trainer.train(two, data, options, TrainListener.NONE);
      same(one.state(), two.state());
      assertThat(history.of("elbo_validation")).hasSize(3);

      var file = folder.resolve("model.pt");
      TorchArchive.write(one.saved(), file);
      try (var back = Fit.of(TorchArchive.read(file))) {
        same(one.state(), back.state());
        assertThat(back.registry()).isEqualTo(registry);
        assertThat(LatentRepresentation.of(back, data).mean().values())
            .isEqualTo(LatentRepresentation.of(one, data).mean().values());
        assertThat(Elbo.of(back, data).mean()).isEqualTo(Elbo.of(one, data).mean());
      }
    }
  }

  @Test
  void deadTensorsStayAndTrainedOnesMove() {
    var cells = MadeUpCells.of(100, 3);
    var registry = MadeUpCells.registry(cells);
    try (var fit = Fit.start("SCVI", Map.of("gene_likelihood", "nb"), registry, 0)) {
      var before = fit.state();
      Trainer.train(fit, registry.bind(cells), OPTIONS.withEpochs(1), TrainListener.NONE);
      var after = fit.state();
      for (var tensor : fit.layout()) {
        if (tensor.name().endsWith("num_batches_tracked")) {
          continue;
        }
        boolean moved = !Arrays.equals(floats(before, tensor.name()), floats(after, tensor.name()));
        assertThat(moved).as(tensor.name()).isEqualTo(tensor.role() != Role.DEAD);
      }
      assertThat(fit.layout().stream().filter(tensor -> tensor.role() == Role.DEAD))
          .anyMatch(tensor -> tensor.name().startsWith("l_encoder."))
          .anyMatch(tensor -> tensor.name().startsWith("decoder.px_dropout_decoder."))
          .noneMatch(tensor -> tensor.name().startsWith("z_encoder."));
    }
  }

  @Test
  void layoutNamesTheColumnsOfEachCategory() {
    var registry = MadeUpCells.registry(MadeUpCells.of(10, 0));
    var config = Map.of("encode_covariates", "true", "dispersion", "gene-batch");
    try (var fit = Fit.start("SCVI", config, registry, 0)) {
      for (var tensor : fit.layout()) {
        switch (tensor.name()) {
          case "px_r" ->
              assertThat(tensor.blocks()).extracting(b -> b.index()).containsExactly(0, 1);
          case "decoder.px_decoder.fc_layers.Layer 0.0.weight" -> {
            assertThat(tensor.blocks())
                .extracting(b -> b.category())
                .containsExactly("north", "south");
            assertThat(tensor.blocks()).extracting(b -> b.index()).containsExactly(10, 11);
            assertThat(tensor.shape()).containsExactly(128, 12);
          }
          case "z_encoder.encoder.fc_layers.Layer 0.0.weight" ->
              assertThat(tensor.blocks()).extracting(b -> b.index()).containsExactly(60, 61);
          default -> {}
        }
      }
    }
  }

  @Test
  void everyOptionTrains() {
    var cells = MadeUpCells.of(100, 4);
    var registry = MadeUpCells.registry(cells);
    var data = registry.bind(cells);
    var configs =
        java.util.List.of(
            Map.of("dispersion", "gene-batch", "gene_likelihood", "nb"),
            Map.of("dispersion", "gene-label", "n_layers", "2"),
            Map.of("dispersion", "gene-cell", "latent_distribution", "ln"),
            Map.of(
                "gene_likelihood", "poisson", "use_batch_norm", "none", "use_layer_norm", "both"),
            Map.of("gene_likelihood", "normal"),
            Map.of("use_observed_lib_size", "false"),
            Map.of("batch_representation", "embedding", "encode_covariates", "true"));
    for (var config : configs) {
      try (var fit = Fit.start("SCVI", config, registry, 0)) {
        var history = Trainer.train(fit, data, OPTIONS.withEpochs(8), TrainListener.NONE);
        assertThat(history.last("train_loss"))
            .as("%s", config)
            .isLessThan(history.of("train_loss").getFirst());
        try (var back = Fit.of(fit.saved())) {
          same(fit.state(), back.state());
        }
      }
    }
  }

  @Test
  void latentLibraryPriorIsTakenFromTheData() {
    var cells = MadeUpCells.of(100, 5);
    var registry = MadeUpCells.registry(cells);
    try (var fit = Fit.start("SCVI", Map.of("use_observed_lib_size", "false"), registry, 0)) {
      Trainer.train(fit, registry.bind(cells), OPTIONS.withEpochs(1), TrainListener.NONE);
      var counts = cells.layer(null).toDense();
      double sum = 0;
      for (int c = 0; c < 100; c += 2) {
        double total = 0;
        for (int g = 0; g < MadeUpCells.GENES; g++) {
          total += counts.at(c, g);
        }
        sum += Math.log(total);
      }
      assertThat((double) floats(fit.state(), "library_log_means")[0])
          .isCloseTo(sum / 50, org.assertj.core.data.Offset.offset(1e-5));
    }
  }

  @Test
  void stopsWhenTheListenerOrTheValidationSaysSo() {
    var cells = MadeUpCells.of(100, 6);
    var registry = MadeUpCells.registry(cells);
    var data = registry.bind(cells);
    try (var fit = Fit.start("SCVI", Map.of(), registry, 0)) {
      var history = Trainer.train(fit, data, OPTIONS.withEpochs(50), (epoch, _) -> epoch < 2);
      assertThat(history.epochs()).isEqualTo(3);
      var stopped =
          Trainer.train(
              fit,
              data,
              OPTIONS.withLearningRate(1).withEpochs(400).validating(new EarlyStopping(5, 0, 0)),
              TrainListener.NONE);
      assertThat(stopped.epochs()).isLessThan(400);
    }
  }

  @Test
  void refusesDataOfOtherGenesAndValidationWithoutCells() {
    var cells = MadeUpCells.of(40, 0);
    var registry = MadeUpCells.registry(cells);
    var data = registry.bind(cells);
    try (var fit = Fit.start("SCVI", Map.of(), registry, 0)) {
      assertThatThrownBy(() ->
              Trainer.train(
                  fit, data, OPTIONS.withTrainSize(1.0).validating(null), TrainListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("validation");
      assertThatThrownBy(() -> LatentRepresentation.of(fit, data))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static float[] floats(StateDict state, String name) {
    return state.floats(name).values();
  }

  private static void same(StateDict one, StateDict two) {
    assertThat(one.tensors().keySet()).isEqualTo(two.tensors().keySet());
    for (var name : one.tensors().keySet()) {
      assertThat(values(one, name)).as(name).isEqualTo(values(two, name));
    }
  }

  private static Object values(StateDict state, String name) {
    return switch (Objects.requireNonNull(state.tensors().get(name))) {
      case Tensor.Floats(_, float[] values) -> values;
      case Tensor.Longs(_, long[] values) -> values;
    };
  }
}
