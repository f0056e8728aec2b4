package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.Predictions;
import org.syncyte.models.train.SemiSupervision;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

/// Three types of cells; only the northern site knows them.
class ScanviTrainingTest {
  private static final Map<String, String> CONFIG = Map.of("n_hidden", "32", "n_latent", "5");
  private static final TrainOptions OPTIONS =
      TrainOptions.DEFAULT.withEpochs(30).withBatchSize(64).withLearningRate(4e-3);

  @BeforeAll
  static void oneThread() {
    Compute.threads(1);
  }

  @Test
  void tellsTypesOfTheSiteThatHasNoLabels() {
    var cells = halfLabelled(600, 1);
    var registry = registry(cells);
    // The label that means none changes places with the last one.
    assertThat(registry.labels()).containsExactly("c", "a", "b", "Unknown");
    var data = registry.bind(cells);
    try (var fit = Fit.start("SCANVI", CONFIG, registry, 0)) {
      var history = Trainer.train(fit, data, OPTIONS.validating(null), TrainListener.NONE);
      assertThat(history.series().keySet())
          .contains(
              "train_classification_loss",
              "train_accuracy",
              "train_f1_score",
              "train_calibration_error",
              "validation_classification_loss",
              "validation_accuracy");
      var loss = history.of("train_classification_loss");
      assertThat(loss.getLast()).isLessThan(loss.getFirst() / 2);
      assertThat(history.last("validation_accuracy")).isGreaterThan(0.9);
      assertThat(history.of("train_calibration_error"))
          .allSatisfy(error -> assertThat(error).isBetween(0.0, 1.0));
      assertThat(accuracyInTheSouth(LabelTransfer.of(fit, data))).isGreaterThan(0.9);
    }
  }

  @Test
  void beginsFromScviAndKeepsItsTensors() {
    var cells = halfLabelled(400, 2);
    var plain = Registry.of(cells, new Setup(null, "site", null, null));
    try (var scvi = Fit.start("SCVI", CONFIG, plain, 0)) {
      var registry = plain.relabelled(cells, "type", "Unknown");
      assertThatThrownBy(() -> Fit.from(scvi, "SCANVI", Map.of(), registry, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not trained");
      Trainer.train(scvi, plain.bind(cells), OPTIONS, TrainListener.NONE);
      assertThatThrownBy(() -> Fit.from(scvi, "SCANVI", Map.of("n_latent", "7"), registry, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("n_latent");
      try (var fit = Fit.from(scvi, "SCANVI", Map.of("linear_classifier", "true"), registry, 1)) {
        var theirs = scvi.state().tensors();
        var ours = fit.state().tensors();
        theirs.forEach((name, tensor) ->
            assertThat(ours.get(name)).as(name).usingRecursiveComparison().isEqualTo(tensor));
        assertThat(ours).containsKey("classifier.classifier.0.weight");
        assertThat(fit.trained()).isFalse();
        var data = registry.bind(cells);
        Trainer.train(fit, data, OPTIONS.withEpochs(10), TrainListener.NONE);
        assertThat(accuracyInTheSouth(LabelTransfer.of(fit, data))).isGreaterThan(0.9);
      }
    }
  }

  @Test
  void answersTheSameAfterSavingAndLoadingWithoutLabelsOfCells(@TempDir Path folder)
      throws java.io.IOException {
    var cells = halfLabelled(300, 3);
    var registry = registry(cells);
    var data = registry.bind(cells);
    var config = Map.of("n_hidden", "16", "n_latent", "4", "classifier_parameters.n_layers", "2");
    var file = folder.resolve("model.pt");
    float[] before;
    float[] latent;
    try (var fit = Fit.start("SCANVI", config, registry, 0)) {
      Trainer.train(fit, data, OPTIONS.withEpochs(2), TrainListener.NONE);
      before = LabelTransfer.of(fit, data).probabilities().values();
      latent = LatentRepresentation.of(fit, data).mean().values();
      TorchArchive.write(fit.saved(), file);
    }
    try (var fit = Fit.of(TorchArchive.read(file))) {
      assertThat(fit.registry()).isEqualTo(registry);
      assertThat(fit.registry().setup()).isEqualTo(registry.setup());
      assertThat(LabelTransfer.of(fit, data).probabilities().values()).isEqualTo(before);
      assertThat(LatentRepresentation.of(fit, data).mean().values()).isEqualTo(latent);
      assertThat(fit.saved().attributes().keySet())
          .contains("unlabeled_category_", "semisupervised_history_", "unsupervised_history_");
      assertThat(fit.saved().attributes()).doesNotContainKey("labels_");
      assertThat(fit.state().tensors().keySet())
          .contains(
              "y_prior",
              "classifier.classifier.0.fc_layers.Layer 1.0.weight",
              "classifier.classifier.1.weight");
    }
  }

  @Test
  void equalRunsGiveEqualAnswers() {
    var cells = halfLabelled(200, 4);
    var registry = registry(cells);
    var told = new ArrayList<float[]>();
    for (int run = 0; run < 2; run++) {
      try (var fit = Fit.start("SCANVI", CONFIG, registry, 5)) {
        Trainer.train(
            fit,
            registry.bind(cells),
            OPTIONS.withEpochs(2),
            new SemiSupervision(20, 10),
            TrainListener.NONE);
        told.add(LabelTransfer.of(fit, registry.bind(cells)).probabilities().values());
      }
    }
    assertThat(told.get(0)).isEqualTo(told.get(1));
  }

  @Test
  void trainsByItsBoundAloneWhenNoCellHasALabel() {
    var cells = labelled(MadeUpCells.of(200, 6), Set.of());
    var all = Registry.of(MadeUpCells.of(30, 6), MadeUpCells.SETUP).withUnlabeled("Unknown");
    try (var fit = Fit.start("SCANVI", CONFIG, all, 0)) {
      var history = Trainer.train(fit, all.bind(cells), OPTIONS.withEpochs(2), TrainListener.NONE);
      assertThat(history.series()).doesNotContainKey("train_classification_loss");
      assertThat(history.last("elbo_train")).isFinite();
    }
  }

  @Test
  void refusesToStartWithoutKnowingWhichLabelMeansNone() {
    var registry = MadeUpCells.registry(MadeUpCells.of(30, 7));
    assertThatThrownBy(() -> Fit.start("SCANVI", Map.of(), registry, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label");
  }

  @Test
  void refusesToTellLabelsWithAModelThatHasNotLearnedAny() {
    var cells = MadeUpCells.of(30, 8);
    var registry = MadeUpCells.registry(cells);
    try (var fit = Fit.start("SCVI", Map.of(), registry, 0)) {
      assertThatThrownBy(() -> LabelTransfer.of(fit, registry.bind(cells)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("SCANVI");
    }
  }

  private static double accuracyInTheSouth(Predictions told) {
    int right = 0;
    int all = 0;
    for (int cell = 1; cell < told.cells(); cell += 2) {
      right += told.label(cell).equals(List.of("a", "b", "c").get(MadeUpCells.type(cell))) ? 1 : 0;
      all++;
    }
    return (double) right / all;
  }

  private static Registry registry(AnnData cells) {
    return Registry.of(cells, MadeUpCells.SETUP.withLabels("type", "Unknown"));
  }

  /// Cells whose label is known at the northern site (the even ones) only.
  private static AnnData halfLabelled(int cells, long seed) {
    return labelled(MadeUpCells.of(cells, seed), Set.of(0));
  }

  /// @param sites 0 for the north, 1 for the south
  private static AnnData labelled(AnnData cells, Set<Integer> sites) {
    var categories = List.copyOf(new TreeSet<>(Set.of("a", "b", "c", "Unknown")));
    var codes = new int[cells.cells()];
    for (int i = 0; i < codes.length; i++) {
      var label =
          sites.contains(i % 2) ? List.of("a", "b", "c").get(MadeUpCells.type(i)) : "Unknown";
      codes[i] = categories.indexOf(label);
    }
    return cells.withObs(
        cells.obs().with("type", new Column.Categorical(codes, categories, false)));
  }
}
