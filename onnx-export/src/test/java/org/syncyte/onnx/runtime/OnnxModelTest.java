package org.syncyte.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.onnx.graph.Attribute;
import org.syncyte.onnx.graph.ElementType;
import org.syncyte.onnx.graph.GraphBuilder;

class OnnxModelTest {
  private static final Map<String, Tensor> CELL =
      Map.of("x", new Tensor.Floats(new long[] {1, 3}, new float[] {0, 1, 2}));

  private static byte[] graph() {
    var graph = new GraphBuilder("small");
    String x = graph.input("x", ElementType.FLOAT, GraphBuilder.CELLS_SIDE, 3);
    String w = graph.weights("w", new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6});
    String y = graph.node("Gemm", List.of(x, w), Attribute.of("transB", 1L));
    graph.output("y", graph.node("Relu", List.of(y)), ElementType.FLOAT, -1, 2);
    return graph.encode();
  }

  @Test
  void saysWhereItRuns() {
    try (var model = OnnxModel.open(graph(), 2)) {
      assertThat(model.provider()).isIn(OnnxModel.Provider.CPU, OnnxModel.Provider.CUDA);
      assertThat(model.threads()).isEqualTo(2);
      assertThat(model.run(CELL).at("y").values()).containsExactly(8, 17);
    }
  }

  @Test
  void refusesMissingInput() {
    try (var model = OnnxModel.open(graph(), 1)) {
      assertThatThrownBy(() -> model.run(Map.of()))
          .isInstanceOf(OnnxException.class)
          .hasMessageContaining("takes [x]");
    }
  }

  @Test
  void refusesArrayOfOtherWidth() {
    try (var model = OnnxModel.open(graph(), 1)) {
      var wide = Map.of("x", new Tensor.Floats(new long[] {1, 4}, new float[4]));
      assertThatThrownBy(() -> model.run(wide)).isInstanceOf(OnnxException.class);
    }
  }

  @Test
  void refusesTruncatedFile() {
    byte[] whole = graph();
    for (int length = 0; length < whole.length; length += 7) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> OnnxModel.open(part, 1)).isInstanceOf(OnnxException.class);
    }
  }

  @Test
  void refusesWeightsInOtherFiles() throws InvalidProtocolBufferException {
    var model = ModelProto.parseFrom(graph()).toBuilder();
    model
        .getGraphBuilder()
        .getInitializerBuilder(0)
        .clearRawData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            StringStringEntryProto.newBuilder().setKey("location").setValue("/etc/passwd"));
    assertThatThrownBy(() -> OnnxModel.open(model.build().toByteArray(), 1))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("lies in another file");
  }

  @Test
  void refusesLoopsAndForeignOperators() throws InvalidProtocolBufferException {
    var loop = ModelProto.parseFrom(graph()).toBuilder();
    loop.getGraphBuilder().addNode(NodeProto.newBuilder().setOpType("Loop").setName("forever"));
    assertThatThrownBy(() -> OnnxModel.open(loop.build().toByteArray(), 1))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("loops");
    var foreign = ModelProto.parseFrom(graph()).toBuilder();
    foreign.getGraphBuilder().getNodeBuilder(0).setDomain("com.example");
    assertThatThrownBy(() -> OnnxModel.open(foreign.build().toByteArray(), 1))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("com.example");
  }

  @Test
  void survivesDamagedFiles() {
    var random = new Random(7);
    byte[] whole = graph();
    int opened = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try (var model = OnnxModel.open(damaged, 1)) {
        opened++;
        model.run(CELL);
      } catch (OnnxException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
    assertThat(opened).isGreaterThan(0);
  }
}
