package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.nn.Freezing;
import org.syncyte.models.nn.Role;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.QueryMapping;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;

class QueryMappingTest {
  private static final Map<String, String> CONFIG =
      Map.of(
          "n_hidden", "16",
          "n_latent", "4",
          "n_layers", "2",
          "encode_covariates", "true",
          "use_observed_lib_size", "false");
  private static final TrainOptions FEW =
      TrainOptions.DEFAULT.withEpochs(3).withBatchSize(32).withLearningRate(0.01);

  @Test
  void everyCategoryKeepsItsColumnsAndNewOnesAreFresh() {
    var cells = covariates(MadeUpCells.of(60, 1), "old", "north", "south");
    var query = covariates(MadeUpCells.of(60, 2), "new", "east", "south");
    try (var reference = trained(cells, CONFIG);
        var mapping = QueryMapping.begin(reference, query, QueryMapping.Options.DEFAULT)) {
      var larger = mapping.fit();
      assertThat(larger.registry().batches()).containsExactly("north", "south", "east");
      assertThat(larger.registry().categorical().getFirst().categories())
          .containsExactly("old-0", "old-1", "new-0", "new-1");
      var before = columns(reference);
      var after = columns(larger);
      assertThat(before).hasSize(24);
      before.forEach(
          (column, values) -> assertThat(after.get(column)).as(column).isEqualTo(values));
      var fresh = new TreeSet<>(after.keySet());
      fresh.removeAll(before.keySet());
      assertThat(fresh).allMatch(column -> column.endsWith("east") || column.contains("new-"));
      assertThat(after.get("z_encoder.encoder.fc_layers.Layer 1.0.weight batch east"))
          .anyMatch(value -> value != 0);
      assertThat(larger.trained()).isFalse();
      assertThatThrownBy(() -> LatentRepresentation.of(larger, mapping.cells()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void asPublishedNewColumnsComeLastWhateverFollowsTheBatches() {
    var cells = covariates(MadeUpCells.of(60, 1), "old", "north", "south");
    var query = covariates(MadeUpCells.of(60, 2), "old", "east");
    var published = new Freezing(false, false, true, true, true, false, true, true);
    try (var reference = trained(cells, CONFIG);
        var mapping =
            QueryMapping.begin(reference, query, new QueryMapping.Options(published, 0.5, 0))) {
      var name = "decoder.px_decoder.fc_layers.Layer 0.0.weight";
      var before = floats(reference.state(), name);
      var after = floats(mapping.fit().state(), name);
      int wide = 4 + 2 + 2;
      for (int row = 0; row < 16; row++) {
        assertThat(Arrays.copyOfRange(after, row * (wide + 1), row * (wide + 1) + wide))
            .isEqualTo(Arrays.copyOfRange(before, row * wide, (row + 1) * wide));
      }
    }
  }

  @Test
  void learningMovesNothingThatIsFrozen() {
    var cells = covariates(MadeUpCells.of(80, 1), "old", "north", "south");
    var query = covariates(MadeUpCells.of(80, 2), "new", "east");
    try (var reference = trained(cells, CONFIG);
        var mapping = QueryMapping.begin(reference, query, QueryMapping.Options.DEFAULT)) {
      var fit = mapping.fit();
      var known = LatentRepresentation.of(reference, reference.registry().bind(cells));
      // Even with decay, which would pull at every weight that the optimiser holds.
      Trainer.train(fit, mapping.cells(), FEW.withWeightDecay(0.1), TrainListener.NONE);
      assertThat(fit.trained()).isTrue();
      assertThat(fit.cells()).isEqualTo(80);

      var before = reference.state();
      var after = fit.state();
      assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
      var moved = new TreeSet<String>();
      for (var tensor : reference.layout()) {
        var name = tensor.name();
        if (tensor.blocks().isEmpty()
            && tensor.role() != Role.COUNTER
            && !Arrays.equals(floats(before, name), floats(after, name))) {
          moved.add(name.replaceAll("\\.(weight|bias|running_mean|running_var)$", ""));
        }
      }
      assertThat(moved)
          .containsExactlyInAnyOrder(
              "decoder.px_decoder.fc_layers.Layer 0.1",
              "decoder.px_decoder.fc_layers.Layer 1.1",
              "l_encoder.encoder.fc_layers.Layer 0.0",
              "l_encoder.encoder.fc_layers.Layer 0.1",
              "l_encoder.mean_encoder",
              "l_encoder.var_encoder");
      var old = columns(reference);
      columns(fit)
          .forEach((column, values) -> {
            if (old.containsKey(column) && !column.startsWith("l_encoder")) {
              assertThat(values).as(column).isEqualTo(old.get(column));
            }
          });
      assertThat(LatentRepresentation.of(fit, fit.registry().bind(cells)).mean().values())
          .isEqualTo(known.mean().values());
    }
  }

  @Test
  void columnsOfTheQueryLearn() {
    var cells = covariates(MadeUpCells.of(80, 1), "old", "north", "south");
    var query = covariates(MadeUpCells.of(80, 2), "new", "east");
    try (var reference = trained(cells, CONFIG);
        var mapping = QueryMapping.begin(reference, query, QueryMapping.Options.DEFAULT)) {
      var fit = mapping.fit();
      var start = columns(fit);
      var history =
          Trainer.train(
              fit,
              mapping.cells(),
              TrainOptions.QUERY.withEpochs(30).withLearningRate(0.01),
              TrainListener.NONE);
      var end = columns(fit);
      for (var layer : List.of("z_encoder.encoder", "decoder.px_decoder")) {
        for (var name : List.of("batch east", "assay new-0", "assay new-1")) {
          var column = layer + ".fc_layers.Layer 1.0.weight " + name;
          assertThat(end.get(column)).as(column).isNotNull().isNotEqualTo(start.get(column));
        }
      }
      var loss = history.of("reconstruction_loss_train");
      assertThat(loss.getLast()).isLessThan(loss.getFirst());
    }
  }

  @Test
  void theLibraryOfNewBatchesComesFromTheQueryAndOldOnesStay() {
    var cells = covariates(MadeUpCells.of(80, 1), "old", "north", "south");
    var query = covariates(MadeUpCells.of(80, 2), "old", "east", "north");
    try (var reference = trained(cells, CONFIG);
        var mapping = QueryMapping.begin(reference, query, QueryMapping.Options.DEFAULT)) {
      Trainer.train(mapping.fit(), mapping.cells(), FEW, TrainListener.NONE);
      var before = floats(reference.state(), "library_log_means");
      var after = floats(mapping.fit().state(), "library_log_means");
      assertThat(Arrays.copyOf(after, 2)).isEqualTo(before);
      double sum = 0;
      for (int cell = 0; cell < 80; cell += 2) {
        sum += Math.log(Objects.requireNonNull(query.x()).rows(new int[] {cell}).total(0)) / 40;
      }
      assertThat((double) after[2]).isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-5));
    }
  }

  @Test
  void theResultIsAModelLikeAnyOther() {
    var cells = covariates(MadeUpCells.of(60, 1), "old", "north", "south");
    var query = covariates(MadeUpCells.of(60, 2), "new", "east");
    try (var reference = trained(cells, CONFIG);
        var again = Fit.of(reference.saved());
        var mapping = QueryMapping.begin(again, query, QueryMapping.Options.DEFAULT)) {
      assertThat(again.cells()).isEqualTo(60);
      Trainer.train(mapping.fit(), mapping.cells(), FEW, TrainListener.NONE);
      var latent = LatentRepresentation.of(mapping.fit(), mapping.cells());
      try (var loaded = Fit.of(mapping.fit().saved())) {
        assertThat(loaded.registry()).isEqualTo(mapping.fit().registry());
        assertThat(loaded.cells()).isEqualTo(60);
        assertThat(loaded.history().epochs()).isEqualTo(3);
        assertThat(LatentRepresentation.of(loaded, loaded.registry().bind(query)).mean().values())
            .isEqualTo(latent.mean().values());
        Trainer.train(loaded, loaded.registry().bind(query), FEW, TrainListener.NONE);
      }
    }
  }

  @Test
  void unlabelledAndLabelledQueriesLearnAndKeepTheClasses() {
    var cells = covariates(MadeUpCells.of(300, 1), "old", "north", "south");
    var setup = new Setup(null, "site", "type", null, "Unknown");
    var registry = Registry.of(cells, setup, List.of(), List.of());
    var config = Map.of("n_hidden", "16", "n_latent", "4", "encode_covariates", "true");
    var bare = covariates(MadeUpCells.of(90, 2), "old", "east");
    var query = without(bare, "type");
    try (var reference = Fit.start("SCANVI", config, registry, 0)) {
      Trainer.train(reference, registry.bind(cells), FEW.withEpochs(15), TrainListener.NONE);
      try (var mapping = QueryMapping.begin(reference, query, QueryMapping.Options.DEFAULT);
          var labelled = QueryMapping.begin(reference, bare, QueryMapping.Options.DEFAULT)) {
        assertThat(mapping.notes()).anyMatch(note -> note.contains("'type'"));
        assertThat(mapping.cells().labels()).containsOnly(3);
        var history = Trainer.train(mapping.fit(), mapping.cells(), FEW, TrainListener.NONE);
        assertThat(history.series()).doesNotContainKey("train_classification_loss");
        var told = LabelTransfer.of(mapping.fit(), mapping.cells());
        int right = 0;
        for (int cell = 0; cell < told.cells(); cell++) {
          right +=
              told.label(cell).equals(List.of("a", "b", "c").get(MadeUpCells.type(cell))) ? 1 : 0;
        }
        assertThat(right).isGreaterThan(80);
        assertThat(floats(mapping.fit().state(), "classifier.classifier.1.weight"))
            .isEqualTo(floats(reference.state(), "classifier.classifier.1.weight"));

        var seen = Trainer.train(labelled.fit(), labelled.cells(), FEW, TrainListener.NONE);
        assertThat(seen.series()).containsKey("train_classification_loss");
      }
      var foreign = bare.withObs(bare.obs().with("type", strings(90, "d")));
      assertThatThrownBy(() -> QueryMapping.begin(reference, foreign, QueryMapping.Options.DEFAULT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'d'")
          .hasMessageContaining("'Unknown'");
    }
  }

  @Test
  void aModelOfProteinsLearnsAQueryOfAnotherSite() {
    var known = ProteinCells.of(120, 1);
    var query = ProteinCells.of(60, 2).data();
    var east = query.withObs(query.obs().with("site", strings(60, "east")));
    var registry = known.registry();
    var config =
        Map.of("n_hidden", "16", "n_latent", "4", "empirical_protein_background_prior", "true");
    try (var reference = Fit.start("TOTALVI", config, registry, 0)) {
      Trainer.train(reference, registry.bind(known.data()), FEW, TrainListener.NONE);
      try (var mapping = QueryMapping.begin(reference, east, QueryMapping.Options.DEFAULT)) {
        var fit = mapping.fit();
        Trainer.train(fit, mapping.cells(), TrainOptions.QUERY.withEpochs(2), TrainListener.NONE);
        var before = columns(reference);
        var after = columns(fit);
        var background = "background_pro_alpha batch ";
        assertThat(after.get(background + "north")).isEqualTo(before.get(background + "north"));
        assertThat(after.get(background + "east")).isNotNull();
        assertThat(floats(fit.state(), "encoder.z_mean_encoder.weight"))
            .isEqualTo(floats(reference.state(), "encoder.z_mean_encoder.weight"));
        try (var loaded = Fit.of(fit.saved())) {
          assertThat(LatentRepresentation.of(loaded, loaded.bind(east)).mean().values())
              .isEqualTo(LatentRepresentation.of(fit, mapping.cells()).mean().values());
        }
      }
    }
  }

  @Test
  void preparesTheGenesOfTheReference() {
    var query =
        AnnData.of(
            new Dense(2, 3, new float[] {1, 2, 3, 4, 5, 6}),
            DataFrame.of(List.of("x", "y")),
            DataFrame.of(List.of("c", "a", "extra")));
    var prepared = QueryMapping.prepare(query, List.of("a", "b", "c"), 0.5);
    assertThat(prepared.var().index()).containsExactly("a", "b", "c");
    assertThat(Objects.requireNonNull(prepared.x()).toDense().values())
        .containsExactly(2, 0, 1, 5, 0, 4);
    assertThatThrownBy(() -> QueryMapping.prepare(query, List.of("a", "b", "c"), 0.8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 of the model's 3 genes (66.7 %)");
    assertThatThrownBy(() -> QueryMapping.prepare(query, List.of("ENSG1"), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no gene in common");
  }

  @Test
  void refusesWhatCannotBeMapped() {
    var cells = MadeUpCells.of(60, 1);
    var plain = Registry.of(cells, Setup.DEFAULT);
    var options = QueryMapping.Options.DEFAULT;
    try (var untrained = Fit.start("SCVI", Map.of(), plain, 0)) {
      assertThatThrownBy(() -> QueryMapping.begin(untrained, cells, options))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not trained");
    }
    var still = Map.of("use_batch_norm", "none", "n_hidden", "8");
    try (var fit = Fit.start("SCVI", still, plain, 0)) {
      Trainer.train(fit, plain.bind(cells), FEW.withEpochs(1), TrainListener.NONE);
      assertThatThrownBy(() -> QueryMapping.begin(fit, cells, options))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nothing of the model would learn");
      var other =
          new Registry(
              List.of("g"), List.of("0"), List.of("0"), List.of(), List.of(), Setup.DEFAULT);
      assertThatThrownBy(() -> Fit.query(fit, other, Freezing.DEFAULT, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("genes");
    }
  }

  private static Fit trained(AnnData cells, Map<String, String> config) {
    var registry = Registry.of(cells, MadeUpCells.SETUP, List.of("assay"), List.of());
    var fit = Fit.start("SCVI", config, registry, 0);
    Trainer.train(fit, registry.bind(cells), FEW, TrainListener.NONE);
    return fit;
  }

  /// Cells of the sites given in turn, with a second covariate of two categories.
  private static AnnData covariates(AnnData cells, String assay, String... sites) {
    var names = new String[cells.cells()];
    var assays = new String[cells.cells()];
    for (int i = 0; i < names.length; i++) {
      names[i] = sites[i % sites.length];
      assays[i] = assay + "-" + i / 3 % 2;
    }
    return cells.withObs(
        cells
            .obs()
            .with("site", new Column.Strings(names))
            .with("assay", new Column.Strings(assays)));
  }

  private static AnnData without(AnnData cells, String column) {
    var columns = new HashMap<>(cells.obs().columns());
    columns.remove(column);
    return cells.withObs(new DataFrame(cells.obs().index(), columns));
  }

  private static Column strings(int count, String text) {
    var texts = new String[count];
    Arrays.fill(texts, text);
    return new Column.Strings(texts);
  }

  private static float[] floats(StateDict state, String name) {
    return state.tensors().get(name) instanceof Tensor.Floats(_, float[] values)
        ? values
        : new float[0];
  }

  /// The values of each category in each tensor, by tensor, covariate and category.
  private static Map<String, List<Float>> columns(Fit fit) {
    var columns = new HashMap<String, List<Float>>();
    var state = fit.state();
    for (var tensor : fit.layout()) {
      var values = floats(state, tensor.name());
      for (var block : tensor.blocks()) {
        var column = new ArrayList<Float>();
        int wide = (int) tensor.shape()[tensor.shape().length - 1];
        for (int i = 0; i < values.length; i++) {
          if ((block.axis() == 1 ? i % wide : i / wide) == block.index()) {
            column.add(values[i]);
          }
        }
        columns.put(tensor.name() + " " + block.covariate() + " " + block.category(), column);
      }
    }
    return columns;
  }
}
