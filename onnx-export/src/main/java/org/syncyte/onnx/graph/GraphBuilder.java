package org.syncyte.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Builds one ONNX file: inputs, weights, nodes and outputs, in the order they are given.
///
/// Values are known by name. A side of length [#CELLS_SIDE] is the number of cells, open until the
/// graph runs; every graph of ours names it `cells`. The same calls yield the same bytes.
public final class GraphBuilder {
  /// The operator set: the newest that has layer normalisation and axes of means as attributes.
  public static final int OPSET = 17;

  /// File format generation that goes with the operator set.
  private static final int FORMAT = 8;

  /// Stands for the number of cells in a shape.
  public static final long CELLS_SIDE = -1;

  /// Stands for a side that is known only when the graph runs, such as samples times cells.
  public static final long OPEN_SIDE = -2;

  /// What the side of cells is called.
  public static final String CELLS = "cells";

  private final GraphProto.Builder graph;
  private final Map<String, String> metadata = new TreeMap<>();
  private final Set<String> names = new HashSet<>();
  private int nodes;

  public GraphBuilder(String name) {
    graph = GraphProto.newBuilder().setName(name);
  }

  /// Declares an input and returns its name.
  public String input(String name, ElementType type, long... shape) {
    claim(name);
    graph.addInput(value(name, type, shape));
    return name;
  }

  /// Adds float weights and returns their name.
  public String weights(String name, long[] shape, float[] values) {
    var bytes = littleEndian(Math.multiplyExact(values.length, Float.BYTES));
    bytes.asFloatBuffer().put(values);
    return weights(name, ElementType.FLOAT, shape, bytes);
  }

  /// Adds whole numbers and returns their name.
  public String weights(String name, long[] shape, long[] values) {
    var bytes = littleEndian(Math.multiplyExact(values.length, Long.BYTES));
    bytes.asLongBuffer().put(values);
    return weights(name, ElementType.INT64, shape, bytes);
  }

  /// Adds weights of any type, as little-endian bytes, and returns their name.
  public String weights(String name, ElementType type, long[] shape, ByteBuffer bytes) {
    claim(name);
    var tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.number())
            .setRawData(ByteString.copyFrom(bytes));
    for (long side : shape) {
      tensor.addDims(side);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /// Adds a node with one output and returns the output's name.
  public String node(String operator, List<String> inputs, Attribute... attributes) {
    String output = operator + "_" + ++nodes;
    claim(output);
    var node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output)
            .addAllInput(inputs)
            .addOutput(output);
    for (var attribute : attributes) {
      node.addAttribute(encode(attribute));
    }
    graph.addNode(node);
    return output;
  }

  /// Publishes a value under a name.
  public void output(String name, String value, ElementType type, long... shape) {
    claim(name);
    graph.addNode(
        NodeProto.newBuilder().setOpType("Identity").setName(name).addInput(value).addOutput(name));
    graph.addOutput(value(name, type, shape));
  }

  /// Notes a fact about the model in the file.
  public GraphBuilder metadata(String key, String text) {
    metadata.put(key, text);
    return this;
  }

  /// Whether a value of that name exists.
  public boolean has(String name) {
    return names.contains(name);
  }

  /// The operators used so far, with repetitions.
  public List<String> operators() {
    return graph.getNodeList().stream().map(NodeProto::getOpType).toList();
  }

  /// The finished file.
  ///
  /// @throws IllegalArgumentException if nothing was published
  public byte[] encode() {
    if (graph.getOutputCount() == 0) {
      throw new IllegalArgumentException(
          "graph '%s' has no output; publish at least one value".formatted(graph.getName()));
    }
    var model =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT)
            .setProducerName("syncyte")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(needed());
    metadata.forEach((key, text) ->
        model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(text)));
    return model.build().toByteArray();
  }

  /// The graph without what no output needs.
  private GraphProto needed() {
    var wanted = new HashSet<String>();
    graph.getOutputList().forEach(output -> wanted.add(output.getName()));
    var kept = new ArrayList<NodeProto>();
    for (var node : graph.getNodeList().reversed()) {
      if (wanted.contains(node.getOutput(0))) {
        wanted.addAll(node.getInputList());
        kept.add(node);
      }
    }
    var weights =
        graph.getInitializerList().stream().filter(w -> wanted.contains(w.getName())).toList();
    return GraphProto.newBuilder(graph.buildPartial())
        .clearNode()
        .addAllNode(kept.reversed())
        .clearInitializer()
        .addAllInitializer(weights)
        .build();
  }

  private void claim(String name) {
    if (name.isEmpty() || !names.add(name)) {
      throw new IllegalArgumentException(
          "graph '%s': the name '%s' is empty or taken; every value needs its own"
              .formatted(graph.getName(), name));
    }
  }

  private static AttributeProto encode(Attribute attribute) {
    var proto = AttributeProto.newBuilder().setName(attribute.name());
    return switch (attribute) {
      case Attribute.Whole(_, long whole) ->
          proto.setType(AttributeProto.AttributeType.INT).setI(whole).build();
      case Attribute.Wholes(_, List<Long> wholes) ->
          proto.setType(AttributeProto.AttributeType.INTS).addAllInts(wholes).build();
      case Attribute.Real(_, float real) ->
          proto.setType(AttributeProto.AttributeType.FLOAT).setF(real).build();
    };
  }

  private static ValueInfoProto value(String name, ElementType type, long[] shape) {
    var sides = TensorShapeProto.newBuilder();
    for (long side : shape) {
      var dimension = TensorShapeProto.Dimension.newBuilder();
      if (side == CELLS_SIDE) {
        dimension.setDimParam(CELLS);
      } else if (side != OPEN_SIDE) {
        dimension.setDimValue(side);
      }
      sides.addDim(dimension);
    }
    var tensor = TypeProto.Tensor.newBuilder().setElemType(type.number()).setShape(sides);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
