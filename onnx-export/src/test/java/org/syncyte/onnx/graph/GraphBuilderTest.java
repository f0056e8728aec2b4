package org.syncyte.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.onnx.runtime.OnnxModel;

class GraphBuilderTest {
  /// `y = x · w + b`, for any number of cells.
  private static GraphBuilder line() {
    var graph = new GraphBuilder("line");
    String x = graph.input("x", ElementType.FLOAT, GraphBuilder.CELLS_SIDE, 2);
    String w = graph.weights("w", new long[] {2, 1}, new float[] {2, -1});
    String b = graph.weights("b", new long[] {1}, new float[] {0.5f});
    String y = graph.node("Gemm", List.of(x, w, b), Attribute.of("alpha", 1f));
    graph.output("y", y, ElementType.FLOAT, GraphBuilder.CELLS_SIDE, 1);
    return graph.metadata("model", "line");
  }

  @Test
  void runsForAnyNumberOfCells() {
    try (var model = OnnxModel.open(line().encode(), 1)) {
      var one = Map.of("x", new Tensor.Floats(new long[] {1, 2}, new float[] {3, 1}));
      var two = Map.of("x", new Tensor.Floats(new long[] {2, 2}, new float[] {3, 1, 0, 4}));
      assertThat(model.run(one).at("y").values()).containsExactly(5.5f);
      assertThat(model.run(two).at("y").values()).containsExactly(5.5f, -3.5f);
    }
  }

  @Test
  void keepsNotedFacts() {
    try (var model = OnnxModel.open(line().encode(), 1)) {
      assertThat(model.metadata()).containsExactly(Map.entry("model", "line"));
    }
  }

  @Test
  void sameCallsYieldSameBytes() {
    assertThat(line().encode()).isEqualTo(line().encode());
  }

  @Test
  void refusesNameTwice() {
    var graph = line();
    assertThatThrownBy(() -> graph.input("x", ElementType.FLOAT, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'x'");
  }

  @Test
  void refusesGraphWithoutOutput() {
    assertThatThrownBy(() -> new GraphBuilder("empty").encode())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'empty' has no output");
  }
}
