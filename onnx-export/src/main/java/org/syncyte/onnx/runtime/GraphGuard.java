package org.syncyte.onnx.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Set;

/// What a graph from outside may contain.
///
/// A graph is data that runs. It may name files to load weights from, operators of other libraries,
/// and loops that never end; ours have none of these, so any of them is refused before the run time
/// sees the file.
final class GraphGuard {
  /// Operators that carry graphs of their own.
  private static final Set<String> CONTROL = Set.of("Loop", "If", "Scan", "SequenceMap");

  private static final int MAX_NODES = 10_000;

  private GraphGuard() {}

  /// Refuses what must not be run.
  static void check(byte[] file) {
    ModelProto model;
    try {
      model = ModelProto.parseFrom(file);
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException("the file is not an ONNX graph: " + e.getMessage(), e);
    }
    var graph = model.getGraph();
    if (model.getFunctionsCount() > 0 || graph.getSparseInitializerCount() > 0) {
      throw new OnnxException("the graph defines functions or sparse weights; export it anew");
    }
    if (graph.getNodeCount() > MAX_NODES) {
      throw new OnnxException(
          "the graph has %d nodes; at most %d are run".formatted(graph.getNodeCount(), MAX_NODES));
    }
    graph.getInitializerList().forEach(GraphGuard::check);
    graph.getNodeList().forEach(GraphGuard::check);
  }

  private static void check(NodeProto node) {
    if (!node.getDomain().isEmpty() && !node.getDomain().equals("ai.onnx")) {
      throw new OnnxException(
          "node '%s' uses operator '%s' of domain '%s'; only standard operators are run"
              .formatted(node.getName(), node.getOpType(), node.getDomain()));
    }
    if (CONTROL.contains(node.getOpType())) {
      throw new OnnxException(
          "node '%s' is a '%s'; graphs with loops or branches are not run"
              .formatted(node.getName(), node.getOpType()));
    }
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG() || attribute.getGraphsCount() > 0) {
        throw new OnnxException(
            "node '%s' carries a graph of its own; such graphs are not run"
                .formatted(node.getName()));
      }
      if (attribute.hasT()) {
        check(attribute.getT());
      }
      attribute.getTensorsList().forEach(GraphGuard::check);
    }
  }

  private static void check(TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0) {
      throw new OnnxException(
          "weight '%s' lies in another file; save the graph with its weights inside"
              .formatted(tensor.getName()));
    }
  }
}
