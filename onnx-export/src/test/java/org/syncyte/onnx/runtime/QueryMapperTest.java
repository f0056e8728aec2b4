package org.syncyte.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.onnx.graph.Attribute;
import org.syncyte.onnx.graph.ElementType;
import org.syncyte.onnx.graph.GraphBuilder;

/// A graph whose answers can be computed by hand: z = (a + 10 b + 100 batch, c).
class QueryMapperTest {
  private static final List<String> GENES = List.of("A", "B", "C", "D");

  private static byte[] graph(String batches) {
    var graph = new GraphBuilder("latent");
    String counts = graph.input("counts", ElementType.FLOAT, GraphBuilder.CELLS_SIDE, 4);
    String batch = graph.input("batch", ElementType.INT64, GraphBuilder.CELLS_SIDE);
    String w = graph.weights("w", new long[] {4, 2}, new float[] {1, 0, 10, 0, 0, 1, 0, 0});
    String axis = graph.weights("axis", new long[] {1}, new long[] {1});
    String shift = graph.weights("shift", new long[] {1, 2}, new float[] {100, 0});
    String code = graph.node("Cast", List.of(batch), Attribute.of("to", 1L));
    String column = graph.node("Unsqueeze", List.of(code, axis));
    String moved = graph.node("MatMul", List.of(column, shift));
    String z = graph.node("Add", List.of(graph.node("MatMul", List.of(counts, w)), moved));
    graph.output("qz_mean", z, ElementType.FLOAT, GraphBuilder.CELLS_SIDE, 2);
    return graph
        .metadata(FactKeys.ROLE, "latent")
        .metadata(FactKeys.LATENT, "2")
        .metadata(FactKeys.GENES, String.join("\n", GENES))
        .metadata(FactKeys.BATCHES, batches)
        .metadata(FactKeys.BATCH_KEY, "site")
        .metadata(FactKeys.LABELS_KEY, "cell_type")
        .metadata("config.encode_covariates", "true")
        .encode();
  }

  /// Two groups of three reference cells, and one without a label between them.
  private static AnnData reference() {
    var latent = new Dense(7, 2, new float[] {0, 0, 1, 0, 0, 1, 90, 0, 91, 0, 90, 1, 5, 0});
    var types = new @Nullable String[] {"T", "T", "T", "B", "B", "B", null};
    var obs = frame("r", 7).with("cell_type", new Column.Strings(types));
    return AnnData.of(Csr.empty(7, 4), obs, DataFrame.of(GENES))
        .withObsm("scvi_latent_qzm", latent);
  }

  private static DataFrame frame(String prefix, int rows) {
    return DataFrame.of(IntStream.range(0, rows).mapToObj(i -> prefix + i).toList());
  }

  private static AnnData query(List<String> genes, @Nullable Column site, float... counts) {
    int cells = counts.length / genes.size();
    var obs = frame("q", cells);
    return AnnData.of(
        new Dense(cells, genes.size(), counts).toCsr(),
        site == null ? obs : obs.with("site", site),
        DataFrame.of(genes));
  }

  private static Mapping map(AnnData query, MappingOptions options) {
    try (var mapper = QueryMapper.of(graph("s1\ns2"), reference(), 1)) {
      return mapper.map(query, options, MappingListener.NONE);
    }
  }

  private static MappingOptions options() {
    return MappingOptions.DEFAULT.withNeighbours(3).withBatch("s1");
  }

  private static float[] latent(Mapping mapping) {
    var array = mapping.data().obsm().get(QueryMapper.LATENT);
    return array == null ? new float[0] : array.toDense().values();
  }

  @Nullable
  private static String text(Mapping mapping, String column, int cell) {
    return mapping.data().obs().column(column).orElseThrow().text(cell);
  }

  @Test
  void matchesGenesByNameAndDropsOthers() {
    var genes = List.of("X", "D", "C", "B", "A");
    var mapping = map(query(genes, null, 9, 0, 3, 0, 1, 9, 1, 0, 9, 2), options());
    assertThat(latent(mapping)).containsExactly(1, 3, 92, 0);
    assertThat(mapping.coverage()).isEqualTo(1);
    assertThat(mapping.missingGenes()).isEmpty();
    assertThat(mapping.notices()).isEmpty();
  }

  @Test
  void labelsCellsByTheirNeighbours() {
    var mapping = map(query(GENES, null, 1, 0, 1, 0, 0, 9, 0, 0), options());
    assertThat(text(mapping, QueryMapper.LABEL, 0)).isEqualTo("T");
    assertThat(text(mapping, QueryMapper.LABEL, 1)).isEqualTo("B");
    assertThat(text(mapping, QueryMapper.AGREEMENT, 1)).isEqualTo("1.0");
    var wider = map(query(GENES, null, 1, 0, 1, 0), options().withNeighbours(5));
    assertThat(text(wider, QueryMapper.AGREEMENT, 0)).isEqualTo("0.6");
  }

  @Test
  void readsMissingGenesAsZeroAboveTheThreshold() {
    var mapping =
        map(query(List.of("A", "B", "C"), null, 1, 2, 3), options().withMinCoverage(0.75));
    assertThat(latent(mapping)).containsExactly(21, 3);
    assertThat(mapping.missingGenes()).containsExactly("D");
    assertThat(mapping.coverage()).isEqualTo(0.75);
    assertThat(mapping.notices()).singleElement().asString().contains("1 of the model's 4 genes");
  }

  @Test
  void refusesTooFewGenesAndNamesThem() {
    assertThatThrownBy(() -> map(query(List.of("A", "B", "C"), null, 1, 2, 3), options()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 of the model's 4 genes (75.0 %)")
        .hasMessageContaining("80.0 %")
        .hasMessageContaining("missing are D")
        .hasMessageContaining("lower the required coverage");
  }

  @Test
  void refusesQueryWithoutCommonGene() {
    assertThatThrownBy(() -> map(query(List.of("ENSG1"), null, 1), options().withMinCoverage(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none of the model's 4 genes");
  }

  @Test
  void refusesGeneThatOccursTwice() {
    assertThatThrownBy(
            () -> map(query(List.of("A", "B", "C", "D", "A"), null, new float[5]), options()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'A' occurs twice");
  }

  @Test
  void takesTheCellsOwnBatchWhereTheModelKnowsIt() {
    var site = new Column.Strings(new @Nullable String[] {"s2", "elsewhere", "s1"});
    var mapping = map(query(GENES, site, new float[12]), MappingOptions.DEFAULT.withNeighbours(3));
    assertThat(latent(mapping)).containsExactly(100, 0, 0, 0, 0, 0);
    assertThat(mapping.notices())
        .anySatisfy(notice ->
            assertThat(notice)
                .contains("1 cells were mapped with batch 's1'")
                .contains("elsewhere"));
  }

  @Test
  void takesTheNeutralBatchOfAFederatedModel() {
    try (var mapper = QueryMapper.of(graph("s1\nfederation"), reference(), 1)) {
      var mapping = mapper.map(query(GENES, null, new float[4]));
      assertThat(latent(mapping)).containsExactly(100, 0);
      assertThat(mapping.notices()).anySatisfy(n -> assertThat(n).contains("'federation'"));
    }
  }

  @Test
  void refusesChosenBatchThatIsUnknown() {
    assertThatThrownBy(
            () -> map(query(GENES, null, new float[4]), options().withBatch("elsewhere")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'elsewhere'")
        .hasMessageContaining("[s1, s2]");
  }

  @Test
  void refusesNegativeCounts() {
    assertThatThrownBy(() -> map(query(GENES, null, 1, -2, 0, 0), options()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cell 0 holds -2.0");
  }

  @Test
  void saysWhenCountsLookNormalised() {
    var mapping = map(query(GENES, null, 1.5f, 2, 0, 0, 0, 0, 0, 0), options());
    assertThat(mapping.notices())
        .anySatisfy(n -> assertThat(n).contains("1 values are not whole"))
        .anySatisfy(n -> assertThat(n).contains("1 cells have no counts"));
  }

  @Test
  void mapsWithoutReferenceCells() {
    try (var mapper = QueryMapper.of(graph("s1"), null, 1)) {
      var mapping = mapper.map(query(GENES, null, 1, 0, 0, 0));
      assertThat(latent(mapping)).containsExactly(1, 0);
      assertThat(mapping.data().obs().columns()).doesNotContainKey(QueryMapper.LABEL);
      assertThat(mapping.notices()).anySatisfy(n -> assertThat(n).contains("without reference"));
    }
  }

  @Test
  void refusesReferenceOfAnotherModel() {
    var other = reference().withObsm("scvi_latent_qzm", new Dense(7, 3, new float[21]));
    assertThatThrownBy(() -> QueryMapper.of(graph("s1"), other, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mixes two models");
  }

  @Test
  void fileInMinibatchesEqualsMemoryAtOnce(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("model.onnx"), graph("s1\ns2"));
    H5ad.write(reference(), folder.resolve("adata.h5ad"));
    var counts = new float[4 * 25];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = i % 7 == 0 ? i : 0;
    }
    var query = query(GENES, null, counts);
    H5ad.write(query, folder.resolve("query.h5ad"));
    var whole = map(query, options());
    var heard = new ArrayList<Integer>();
    try (var mapper = QueryMapper.open(folder, 2);
        var file = H5ad.open(folder.resolve("query.h5ad"))) {
      var mapping = mapper.map(file, options().withMinibatch(7), (done, _) -> heard.add(done));
      assertThat(latent(mapping)).isEqualTo(latent(whole));
      for (int cell = 0; cell < 25; cell++) {
        assertThat(text(mapping, QueryMapper.LABEL, cell))
            .isEqualTo(text(whole, QueryMapper.LABEL, cell));
      }
    }
    assertThat(heard).hasSize(4).isSorted().endsWith(25);
  }

  @Test
  void labelsComeFromTheModelWhereItTellsThem() {
    try (var mapper = QueryMapper.of(graph("s1\ns2"), labels("s1\ns2"), reference(), 2)) {
      var mapping =
          mapper.map(query(GENES, null, 0, 1, 1, 0, 0, 0, 9, 0), options(), MappingListener.NONE);
      // By its neighbours the second cell were a T.
      assertThat(text(mapping, QueryMapper.LABEL, 0)).isEqualTo("T");
      assertThat(text(mapping, QueryMapper.LABEL, 1)).isEqualTo("NK");
      assertThat(text(mapping, QueryMapper.CONFIDENCE, 1)).isEqualTo("9.0");
      assertThat(text(mapping, QueryMapper.AGREEMENT, 0)).isEqualTo("1.0");
      assertThat(text(mapping, QueryMapper.AGREEMENT, 1)).isEqualTo("0.0");
    }
  }

  @Test
  void refusesLabelsOfAnotherModel() {
    assertThatThrownBy(() -> QueryMapper.of(graph("s1"), labels("s1\ns2"), null, 1))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("of two models (they differ in 'batches')");
  }

  /// Scores: the counts of B, C and D.
  private static byte[] labels(String batches) {
    var graph = new GraphBuilder("labels");
    String counts = graph.input("counts", ElementType.FLOAT, GraphBuilder.CELLS_SIDE, 4);
    graph.input("batch", ElementType.INT64, GraphBuilder.CELLS_SIDE);
    String w =
        graph.weights("w", new long[] {4, 3}, new float[] {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1});
    graph.output(
        "probability",
        graph.node("MatMul", List.of(counts, w)),
        ElementType.FLOAT,
        GraphBuilder.CELLS_SIDE,
        3);
    return graph
        .metadata(FactKeys.ROLE, "labels")
        .metadata(FactKeys.GENES, String.join("\n", GENES))
        .metadata(FactKeys.BATCHES, batches)
        .metadata(FactKeys.BATCH_KEY, "site")
        .metadata(FactKeys.LABELS, "T\nNK\nB")
        .encode();
  }

  @Test
  void resultIsWrittenAndReadBack(@TempDir Path folder) {
    var mapping = map(query(GENES, null, 1, 0, 1, 0, 0, 9, 0, 0), options());
    H5ad.write(mapping.data(), folder.resolve("mapped.h5ad"));
    var read = H5ad.read(folder.resolve("mapped.h5ad"));
    assertThat(read.obsm()).containsKey(QueryMapper.LATENT);
    assertThat(read.obs().column(QueryMapper.LABEL).orElseThrow().text(1)).isEqualTo("B");
  }

  @Test
  void refusesFolderWithoutGraph(@TempDir Path folder) {
    assertThatThrownBy(() -> QueryMapper.open(folder))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("no model.onnx");
  }

  @Test
  void refusesGraphOfAnotherKind() {
    var graph = new GraphBuilder("other");
    String x = graph.input("x", ElementType.FLOAT, 1);
    graph.output("y", graph.node("Relu", List.of(x)), ElementType.FLOAT, 1);
    assertThatThrownBy(() -> QueryMapper.of(graph.encode(), null, 1))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("not a latent graph");
  }
}
