package org.syncyte.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.onnx.graph.ElementType;
import org.syncyte.onnx.graph.GraphBuilder;

class GraphWeightsTest {
  private static byte[] graph(float[] turned) {
    var graph = new GraphBuilder("weights");
    var x = graph.input("x", ElementType.FLOAT, GraphBuilder.CELLS_SIDE, 3);
    var w = graph.weights("layer.weight/transpose", new long[] {3, 2}, turned);
    var b = graph.weights("layer.bias", new long[] {2}, new float[] {7, 8});
    var y = graph.node("Add", List.of(graph.node("MatMul", List.of(x, w)), b));
    graph.output("y", y, ElementType.FLOAT, GraphBuilder.CELLS_SIDE, 2);
    return graph.encode();
  }

  private static final StateDict MODEL =
      new StateDict(
          Map.of(
              "layer.weight",
              new Tensor.Floats(new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6}),
              "layer.bias",
              new Tensor.Floats(new long[] {2}, new float[] {7, 8}),
              "unused",
              new Tensor.Floats(new long[] {1}, new float[] {0})));

  @Test
  void transposedWeightIsTheModels() {
    var weights = GraphWeights.compare(graph(new float[] {1, 4, 2, 5, 3, 6}), MODEL);
    assertThat(weights.equal()).containsExactlyInAnyOrder("layer.weight", "layer.bias");
    assertThat(weights.other()).isEmpty();
  }

  @Test
  void oneOtherValueIsFound() {
    var weights = GraphWeights.compare(graph(new float[] {1, 4, 2, 5, 3, 6.5f}), MODEL);
    assertThat(weights.equal()).containsExactly("layer.bias");
    assertThat(weights.other()).containsExactly("layer.weight");
  }
}
