package org.syncyte.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.cytometry.Panels;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.Noise;
import org.syncyte.models.tasks.Latent;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.MarkerExpression;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;
import org.syncyte.onnx.runtime.MappingListener;
import org.syncyte.onnx.runtime.MappingOptions;
import org.syncyte.onnx.runtime.OnnxModel;
import org.syncyte.onnx.runtime.QueryMapper;

/// Graphs of a model of protein markers against the model, on cells of two panels.
class CytoviGraphTest {
  private static final List<String> MARKERS = List.of("CD19", "CD3", "CD4", "CD56", "CD8");

  private static AnnData cells(int count) {
    var random = new Random(3);
    var values = new float[count * MARKERS.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() + i % 3);
    }
    var names = IntStream.range(0, count).mapToObj(i -> "c" + i).toList();
    var batches = IntStream.range(0, count).map(i -> i % 2).toArray();
    return AnnData.of(
        new Dense(count, MARKERS.size(), values),
        DataFrame.of(names)
            .with("batch", new Column.Categorical(batches, List.of("one", "two"), false)),
        DataFrame.of(MARKERS));
  }

  @Test
  void graphsEqualTheModelAndQueriesNeedTheBackboneOnly() {
    var data = Panels.masked(cells(90), List.of("CD56"), "batch", "two", null);
    var registry =
        Registry.of(data, new Setup(null, "batch", null, null)).withMarkers(data, null, null);
    for (var config :
        List.of(
            Map.of("n_hidden", "8"),
            Map.of(
                "encode_covariates",
                "true",
                "n_hidden",
                "8",
                "protein_likelihood",
                "normal",
                "latent_distribution",
                "ln",
                "log_variational",
                "false",
                "n_layers",
                "2"))) {
      try (var fit = Fit.start("CYTOVI", config, registry, 0)) {
        var bound = registry.bind(data);
        Trainer.train(fit, bound, TrainOptions.DEFAULT.withEpochs(1), TrainListener.NONE);
        var latent = LatentRepresentation.of(fit, bound);
        try (var mapper = QueryMapper.of(Exporter.latent(fit), null, 1)) {
          // CD56 is not of the backbone, so a query without it is read alike.
          var kept = new int[] {0, 1, 2, 4};
          var query =
              AnnData.of(
                  cells(90).layer(null).columns(kept),
                  data.obs(),
                  DataFrame.of(List.of("CD19", "CD3", "CD4", "CD8")));
          var mapped = mapper.map(query, MappingOptions.DEFAULT, MappingListener.NONE);
          assertThat(
                  Difference.of(
                          Objects.requireNonNull(mapped.data().obsm().get("X_scVI"))
                              .toDense()
                              .values(),
                          latent.mean().values())
                      .relative())
              .isLessThan(1e-5);
          assertThat(mapped.notices().getFirst()).contains("1 of the model's 5 markers");

          var lacking =
              AnnData.of(
                  cells(90).layer(null).columns(new int[] {0, 1, 2, 3}),
                  data.obs(),
                  DataFrame.of(MARKERS.subList(0, 4)));
          assertThatThrownBy(() -> mapper.map(lacking)).hasMessageContaining("lacks [CD8]");
        }
        assertExpression(fit, latent, registry);
      }
    }
  }

  private static void assertExpression(Fit fit, Latent latent, Registry registry) {
    var data = Panels.masked(cells(90), List.of("CD56"), "batch", "two", null);
    var own = new MarkerExpression.Options(List.of(), true, false, 1, Noise.NONE);
    var eager = MarkerExpression.of(fit, registry.bind(data), own);
    var batch = IntStream.range(0, 90).mapToLong(i -> i % 2).toArray();
    var library = new float[90];
    java.util.Arrays.fill(library, 1);
    try (var graph = OnnxModel.open(Exporter.expression(fit), 1)) {
      var inputs = new java.util.LinkedHashMap<String, Tensor>();
      inputs.put(
          "z", new Tensor.Floats(new long[] {90, fit.model().latent()}, latent.mean().values()));
      inputs.put("library", new Tensor.Floats(new long[] {90}, library));
      inputs.put("batch", new Tensor.Longs(new long[] {90}, batch));
      inputs.keySet().retainAll(graph.inputs());
      assertThat(Difference.of(graph.run(inputs).at("scale").values(), eager.values()).relative())
          .isLessThan(1e-5);
    }
  }
}
