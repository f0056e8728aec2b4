package org.syncyte.onnx.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.stream.IntStream;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.cards.checkpoint.Tensor;

/// Integrated gradients of cells by a model's graph of attributions; needs no tensor engine.
///
/// @param attribution (cells, genes and proteins), signed
/// @param change of each cell, the score explained minus that of the empty cell
public record OnnxAttributions(Dense attribution, float[] change) {
  /// Each cell becomes fifty on the way: few at a time keep the memory small.
  private static final int CELLS = 32;

  /// @param model a graph written by `Exporter.attributions`
  /// @param data cells bound to the registry of the model that was exported
  /// @param targets of each cell, the score to explain
  /// @throws OnnxException if the graph is another, or does not fit the cells
  public static OnnxAttributions of(OnnxModel model, DataSource data, int[] targets) {
    if (!model.outputs().contains("attribution")) {
      throw new OnnxException(
          "the graph gives %s, not attributions; export it for them".formatted(model.outputs()));
    }
    if (targets.length != data.cells()) {
      throw new OnnxException(
          "%d targets for %d cells; each cell has one".formatted(targets.length, data.cells()));
    }
    var parts = new ArrayList<Dense>();
    var change = new float[data.cells()];
    for (int first = 0; first < data.cells(); first += CELLS) {
      int end = Math.min(first + CELLS, data.cells());
      var cells = data.read(IntStream.range(first, end).toArray());
      var outputs = model.run(inputs(cells, targets, first));
      parts.add(outputs.at("attribution"));
      System.arraycopy(outputs.at("change").values(), 0, change, first, end - first);
    }
    int width = parts.isEmpty() ? 0 : parts.getFirst().columns();
    var values = new float[Math.multiplyExact(data.cells(), width)];
    int at = 0;
    for (var part : parts) {
      System.arraycopy(part.values(), 0, values, at, part.values().length);
      at += part.values().length;
    }
    return new OnnxAttributions(new Dense(data.cells(), width, values), change);
  }

  private static LinkedHashMap<String, Tensor> inputs(Minibatch cells, int[] targets, int first) {
    long n = cells.size();
    var inputs = new LinkedHashMap<String, Tensor>();
    var counts = cells.counts().toDense();
    inputs.put("counts", new Tensor.Floats(new long[] {n, counts.columns()}, counts.values()));
    inputs.put("target", longs(java.util.Arrays.copyOfRange(targets, first, first + (int) n), n));
    inputs.put("batch", longs(cells.batch(), n));
    int[] categorical = cells.categorical();
    if (categorical != null) {
      inputs.put("categorical", longs(categorical, n, categorical.length / n));
    }
    float[] proteins = cells.proteins();
    if (proteins != null) {
      inputs.put("proteins", new Tensor.Floats(new long[] {n, proteins.length / n}, proteins));
    }
    float[] continuous = cells.continuous();
    if (continuous != null) {
      inputs.put(
          "continuous", new Tensor.Floats(new long[] {n, continuous.length / n}, continuous));
    }
    return inputs;
  }

  private static Tensor longs(int[] codes, long... shape) {
    return new Tensor.Longs(shape, IntStream.of(codes).asLongStream().toArray());
  }
}
