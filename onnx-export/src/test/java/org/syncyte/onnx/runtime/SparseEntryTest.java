package org.syncyte.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.ProteinKeys;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.Fit;
import org.syncyte.models.Labelling;
import org.syncyte.onnx.export.Difference;
import org.syncyte.onnx.export.Exporter;
import org.syncyte.onnx.graph.ElementType;
import org.syncyte.onnx.graph.GraphBuilder;

/// Graphs with their first layer taken out against the same graphs whole.
class SparseEntryTest {
  private static final int CELLS = 23;
  private static final int GENES = 30;
  private static final int PROTEINS = 4;

  record Case(String modelClass, Map<String, String> arguments) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case("SCVI", Map.of()),
        new Case("SCVI", Map.of("log_variational", "false")),
        new Case("SCVI", Map.of("encode_covariates", "true")),
        new Case(
            "SCVI",
            Map.of(
                "encode_covariates",
                "true",
                "batch_representation",
                "embedding",
                "n_layers",
                "2",
                "use_layer_norm",
                "both")),
        new Case("SCANVI", Map.of()),
        new Case("TOTALVI", Map.of("n_layers_encoder", "1")),
        new Case("TOTALANVI", Map.of("encode_covariates", "false")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsTheWholeGraphDoes(Case subject) {
    var data = cells();
    boolean proteins = subject.modelClass.startsWith("TOTAL");
    boolean labels = subject.modelClass.contains("ANVI");
    var setup =
        new Setup(null, "site", labels ? "type" : null, null, labels ? "?" : null)
            .withProteins(proteins ? new ProteinKeys("antibodies") : null);
    var registry = Registry.of(data, setup, List.of("donor"), List.of("age"));
    try (var fit = Fit.start(subject.modelClass, subject.arguments, registry, 1)) {
      fit.load(fit.state());
      same(Exporter.latent(fit), data, proteins);
      if (fit.model() instanceof Labelling) {
        same(Exporter.labels(fit), data, proteins);
      }
    }
  }

  private static void same(byte[] graph, AnnData data, boolean proteins) {
    var entry = SparseEntry.of(graph);
    assertThat(entry).isPresent();
    assertThat(entry.get().rest().length).isLessThan(graph.length);
    var counts = data.layer(null).toCsr();
    try (var whole = OnnxModel.open(graph, 1);
        var cut = CellGraph.open(graph)) {
      var others = new LinkedHashMap<String, Tensor>();
      new CellCodes(whole.metadata(), data.obs(), null)
          .feed(IntStream.range(0, CELLS).toArray(), others);
      if (proteins) {
        var values = Objects.requireNonNull(data.obsm().get("antibodies")).toDense();
        others.put("proteins", new Tensor.Floats(new long[] {CELLS, PROTEINS}, values.values()));
      }
      assertThat(cut.metadata()).isEqualTo(whole.metadata());
      var genes = GeneAlignment.of(data.var().index(), data.var().index());
      var inputs = new LinkedHashMap<>(others);
      inputs.put("counts", new Tensor.Floats(new long[] {CELLS, GENES}, genes.dense(counts)));
      var expected = whole.run(inputs);
      var actual = cut.run(counts, genes, others);
      assertThat(actual.byName().keySet()).isEqualTo(expected.byName().keySet());
      expected
          .byName()
          .forEach((name, values) -> {
            var apart = Difference.of(actual.at(name).values(), values.values());
            assertThat(apart.relative()).as(name).isLessThan(1e-5);
          });
    }
  }

  @Test
  void leavesAGraphAloneThatReadsCountsTwice() {
    var graph = new GraphBuilder("latent");
    var counts = graph.input("counts", ElementType.FLOAT, GraphBuilder.CELLS_SIDE, 2);
    var weights = graph.weights("w", new long[] {2, 1}, new float[] {1, 2});
    var product = graph.node("MatMul", List.of(counts, weights));
    graph.output(
        "qz_mean",
        graph.node("Add", List.of(product, counts)),
        ElementType.FLOAT,
        GraphBuilder.CELLS_SIDE,
        2);
    assertThat(SparseEntry.of(graph.encode())).isEmpty();
    var genes = GeneAlignment.of(List.of("A", "B"), List.of("B", "A"));
    try (var cells = CellGraph.open(graph.encode())) {
      var rows = new Csr(1, 2, new long[] {0, 2}, new int[] {0, 1}, new float[] {5, 3});
      assertThat(cells.run(rows, genes, Map.of()).at("qz_mean").values()).containsExactly(16, 18);
    }
  }

  @Test
  void refusesAGraphThatNamesMoreGenesThanItReads() {
    var graph = new GraphBuilder("latent");
    var counts = graph.input("counts", ElementType.FLOAT, GraphBuilder.CELLS_SIDE, 1);
    var weights = graph.weights("w", new long[] {1, 1}, new float[] {1});
    graph.output(
        "qz_mean",
        graph.node("MatMul", List.of(counts, weights)),
        ElementType.FLOAT,
        GraphBuilder.CELLS_SIDE,
        1);
    var genes = GeneAlignment.of(List.of("A", "B"), List.of("A", "B"));
    try (var cells = CellGraph.open(graph.encode())) {
      assertThatThrownBy(() -> cells.run(Csr.empty(1, 2), genes, Map.of()))
          .isInstanceOf(OnnxException.class)
          .hasMessageContaining("reads 1 genes, but names 2");
    }
  }

  /// Damaged graphs are refused or cut, but never anything else.
  @Test
  void damagedGraphsEndInOneKindOfError() throws IOException {
    byte[] graph;
    try (var fit = Fit.start("SCVI", Map.of("n_hidden", "4"), Registry.of(cells(), setup()), 1)) {
      fit.load(fit.state());
      graph = Exporter.latent(fit);
    }
    var random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      var damaged = graph.clone();
      for (int k = 0; k < 3; k++) {
        damaged[random.nextInt(random.nextBoolean() ? 400 : damaged.length)] =
            (byte) random.nextInt();
      }
      try {
        var entry = SparseEntry.of(damaged);
        if (entry.isPresent()) {
          ModelProto.parseFrom(entry.get().rest());
        }
      } catch (OnnxException expected) {
        assertThat(expected).hasMessageContaining("not an ONNX graph");
      }
    }
  }

  private static Setup setup() {
    return new Setup(null, "site", null, null, null);
  }

  private static AnnData cells() {
    var random = new Random(4);
    var counts = new float[CELLS * GENES];
    var proteins = new float[CELLS * PROTEINS];
    for (int i = 0; i < counts.length; i++) {
      int drawn = random.nextInt(12);
      counts[i] = drawn < 8 ? 0 : drawn == 11 ? 2000 + i : drawn - 7;
    }
    for (int i = 0; i < proteins.length; i++) {
      proteins[i] = 1 + random.nextInt(40);
    }
    var obs =
        DataFrame.of(names("cell", CELLS))
            .with("site", cycle("n", "s"))
            .with("type", cycle("B", "T", "?"))
            .with("donor", cycle("x", "y", "z", "w"))
            .with("age", new Column.Floats(random.doubles(CELLS).toArray(), false));
    return AnnData.of(
            new Dense(CELLS, GENES, counts).toCsr(), obs, DataFrame.of(names("gene", GENES)))
        .withObsm("antibodies", new Dense(CELLS, PROTEINS, proteins, names("CD", PROTEINS)));
  }

  private static Column cycle(String... values) {
    return new Column.Categorical(
        IntStream.range(0, CELLS).map(c -> c % values.length).toArray(), List.of(values), false);
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }
}
