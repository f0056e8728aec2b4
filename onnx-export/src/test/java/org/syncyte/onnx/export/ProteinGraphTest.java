package org.syncyte.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import org.syncyte.anndata.fields.ProteinKeys;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.Fit;
import org.syncyte.models.tasks.LabelTransfer;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.tasks.ProteinExpression;
import org.syncyte.onnx.runtime.FactKeys;
import org.syncyte.onnx.runtime.OnnxModel;
import org.syncyte.onnx.runtime.QueryMapper;

/// The graphs of models of genes and proteins against the models.
class ProteinGraphTest {
  private static final int CELLS = 37;
  private static final int GENES = 20;
  private static final int PROTEINS = 5;
  private static final Map<String, String> SMALL =
      Map.of("n_hidden", "16", "n_latent", "4", "n_layers_encoder", "1");

  @Test
  void graphsAnswerAsTheModelDoes() {
    var data = cells();
    var setup =
        new Setup(null, "site", "type", null, "?").withProteins(new ProteinKeys("antibodies"));
    var registry = Registry.of(data, setup);
    try (var fit = Fit.start("TOTALANVI", SMALL, registry, 1)) {
      // Weights as drawn are as good as any here.
      fit.load(fit.state());
      var bound = registry.bind(data);
      var inputs = new LinkedHashMap<String, Tensor>();
      inputs.put("counts", floats(data.layer(null).toDense()));
      inputs.put(
          "proteins", floats(Objects.requireNonNull(data.obsm().get("antibodies")).toDense()));
      inputs.put("batch", new Tensor.Longs(new long[] {CELLS}, batches()));
      var latent = LatentRepresentation.of(fit, bound);
      try (var graph = OnnxModel.open(Exporter.latent(fit), 1)) {
        assertThat(graph.metadata().get(FactKeys.PROTEINS_KEY)).isEqualTo("antibodies");
        var answered = graph.run(inputs);
        close(answered.at("qz_mean"), latent.mean());
        close(answered.at("qz_var"), latent.variance());
      }
      try (var graph = OnnxModel.open(Exporter.labels(fit), 1)) {
        close(graph.run(inputs).at("probability"), LabelTransfer.of(fit, bound).probabilities());
      }
      try (var graph = OnnxModel.open(Exporter.expression(fit), 1)) {
        var places = new LinkedHashMap<String, Tensor>();
        places.put("z", floats(latent.mean()));
        places.put("library", new Tensor.Floats(new long[] {CELLS}, new float[CELLS]));
        places.put("batch", new Tensor.Longs(new long[] {CELLS}, batches()));
        var answered = graph.run(places);
        var atMean = ProteinExpression.Options.atMean();
        close(answered.at("protein"), ProteinExpression.denoised(fit, bound, atMean));
        close(answered.at("protein_foreground"), ProteinExpression.foreground(fit, bound, atMean));
      }
      try (var mapper = QueryMapper.of(Exporter.latent(fit), null, 1)) {
        var mapped = mapper.map(data).data();
        close(Objects.requireNonNull(mapped.obsm().get("X_scVI")).toDense(), latent.mean());
        var bare = AnnData.of(data.layer(null), data.obs(), data.var());
        assertThatThrownBy(() -> mapper.map(bare))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("'antibodies' is not in obsm");
      }
    }
  }

  private static void close(Dense actual, Dense expected) {
    var apart = Difference.of(actual.values(), expected.values());
    assertThat(apart.relative()).isLessThan(1e-5);
  }

  private static Tensor floats(Dense dense) {
    return new Tensor.Floats(new long[] {dense.rows(), dense.columns()}, dense.values());
  }

  private static long[] batches() {
    return IntStream.range(0, CELLS).mapToLong(i -> i % 2).toArray();
  }

  private static AnnData cells() {
    var random = new Random(4);
    var counts = new float[CELLS * GENES];
    var proteins = new float[CELLS * PROTEINS];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = random.nextInt(6);
    }
    for (int i = 0; i < proteins.length; i++) {
      // The last protein is missing at the second site.
      boolean missing = i % PROTEINS == PROTEINS - 1 && i / PROTEINS % 2 == 1;
      proteins[i] = missing ? 0 : 1 + random.nextInt(40);
    }
    var sites = new int[CELLS];
    var types = new String[CELLS];
    var names = new ArrayList<String>();
    for (int c = 0; c < CELLS; c++) {
      sites[c] = c % 2;
      types[c] = List.of("B", "T", "?").get(c % 3);
      names.add("cell" + c);
    }
    return AnnData.of(
            new Dense(CELLS, GENES, counts),
            DataFrame.of(names)
                .with("site", new Column.Categorical(sites, List.of("n", "s"), false))
                .with("type", new Column.Strings(types)),
            DataFrame.of(IntStream.range(0, GENES).mapToObj(g -> "gene" + g).toList()))
        .withObsm(
            "antibodies",
            new Dense(
                CELLS,
                PROTEINS,
                proteins,
                IntStream.range(0, PROTEINS).mapToObj(p -> "CD" + p).toList()));
  }
}
