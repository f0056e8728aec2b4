package org.syncyte.onnx.runtime;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Csr;
import org.syncyte.cards.checkpoint.Tensor;

/// A graph that starts from counts of cells, run on sparse rows.
///
/// Where its first layer can be taken out (see `SparseEntry`), zeros cost nothing; else rows are
/// spread. One call runs on one thread; calls from several threads are safe and run side by side.
final class CellGraph implements AutoCloseable {
  private final OnnxModel model;
  private final @Nullable SparseEntry entry;

  private CellGraph(OnnxModel model, @Nullable SparseEntry entry) {
    this.model = model;
    this.entry = entry;
  }

  /// @throws OnnxException if it is not a graph that can be run
  static CellGraph open(byte[] graph) {
    GraphGuard.check(graph);
    var entry = SparseEntry.of(graph).orElse(null);
    return new CellGraph(OnnxModel.open(entry == null ? graph : entry.rest(), 1), entry);
  }

  Map<String, String> metadata() {
    return model.metadata();
  }

  OnnxModel.Provider provider() {
    return model.provider();
  }

  /// @param others the inputs beside the counts
  Outputs run(Csr cells, GeneAlignment genes, Map<String, ? extends Tensor> others) {
    var inputs = new LinkedHashMap<String, Tensor>(others);
    long rows = cells.rows();
    if (entry != null && entry.genes() != genes.genes()) {
      throw new OnnxException(
          "the graph reads %d genes, but names %d; export the model again"
              .formatted(entry.genes(), genes.genes()));
    }
    inputs.put(
        "counts",
        entry == null
            ? new Tensor.Floats(new long[] {rows, genes.genes()}, genes.dense(cells))
            : new Tensor.Floats(
                new long[] {rows, entry.width()}, entry.apply(cells, genes.target())));
    return model.run(inputs);
  }

  @Override
  public void close() {
    model.close();
  }
}
