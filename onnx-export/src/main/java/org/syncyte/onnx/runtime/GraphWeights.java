package org.syncyte.onnx.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;

/// The weights inside a graph, held against those of a saved model.
///
/// An exported graph keeps the names of the model's tensors; a matrix that the graph multiplies
/// from the other side stands transposed under its name and `/transpose`. Weights that were folded
/// with others have new names and cannot be compared.
///
/// @param equal tensors of the model that are in the graph, bit by bit
/// @param other tensors that the graph has under the same name with other values
public record GraphWeights(List<String> equal, List<String> other) {
  private static final String TRANSPOSED = "/transpose";

  public GraphWeights {
    equal = List.copyOf(equal);
    other = List.copyOf(other);
  }

  /// @throws OnnxException if the file is not a graph that may be run
  public static GraphWeights compare(Path file, StateDict model) throws IOException {
    return compare(Files.readAllBytes(file), model);
  }

  static GraphWeights compare(byte[] file, StateDict model) {
    GraphGuard.check(file);
    ModelProto graph;
    try {
      graph = ModelProto.parseFrom(file);
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException("the file is not an ONNX graph: " + e.getMessage(), e);
    }
    var equal = new ArrayList<String>();
    var other = new ArrayList<String>();
    for (var weight : graph.getGraph().getInitializerList()) {
      boolean turned = weight.getName().endsWith(TRANSPOSED);
      var name =
          turned
              ? weight.getName().substring(0, weight.getName().length() - TRANSPOSED.length())
              : weight.getName();
      if (model.tensors().get(name) instanceof Tensor.Floats expected) {
        (same(weight, turned, expected) ? equal : other).add(name);
      }
    }
    return new GraphWeights(equal, other);
  }

  private static boolean same(TensorProto weight, boolean turned, Tensor.Floats expected) {
    var shape = expected.shape().clone();
    if (turned) {
      if (shape.length != 2) {
        return false;
      }
      shape = new long[] {shape[1], shape[0]};
    }
    var dims = weight.getDimsList().stream().mapToLong(Long::longValue).toArray();
    var values = values(weight);
    if (!Arrays.equals(dims, shape) || values.length != expected.values().length) {
      return false;
    }
    if (!turned) {
      return Arrays.equals(values, expected.values());
    }
    int rows = (int) shape[0];
    int columns = (int) shape[1];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        if (Float.compare(values[row * columns + column], expected.values()[column * rows + row])
            != 0) {
          return false;
        }
      }
    }
    return true;
  }

  /// Float weights, in order; none of another type.
  static float[] values(TensorProto weight) {
    if (weight.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
      return new float[0];
    }
    if (weight.getRawData().isEmpty()) {
      var values = new float[weight.getFloatDataCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = weight.getFloatData(i);
      }
      return values;
    }
    var bytes = weight.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    var values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
