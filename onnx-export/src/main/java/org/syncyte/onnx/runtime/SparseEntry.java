package org.syncyte.onnx.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Csr;

/// The first layer of a graph, taken out of it so that only counts above zero are worked on.
///
///     e = f(x) W     f(x) = x,  log (1 + x)  or  log (1 + x / (1 + mean x))
///
/// Every f here keeps zeros zero, so a cell costs as many rows of W as it has counts, not as many as
/// there are genes. `rest` is the graph without these operations: its input `counts` takes e, of
/// shape (cells, width), in place of counts. Both together answer as the graph did, but for the
/// order in which float32 sums are added.
///
/// @param scaled whether counts are divided by one plus their mean over the genes
/// @param log whether the logarithm is taken
/// @param weight (genes, width); an array for each gene, because the compiler makes vector code only
///   of arrays that are read at the same place
record SparseEntry(boolean scaled, boolean log, int width, float[][] weight, byte[] rest) {
  private static final String COUNTS = "counts";

  /// log (1 + x) of small counts, which most are.
  private static final float[] LOG = new float[1024];

  static {
    for (int x = 0; x < LOG.length; x++) {
      LOG[x] = (float) Math.log1p(x);
    }
  }

  /// Takes the first layer out of a graph; empty if the graph does not begin in this way.
  static Optional<SparseEntry> of(byte[] file) {
    try {
      return Optional.ofNullable(new Cut(ModelProto.parseFrom(file)).entry());
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException("the file is not an ONNX graph: " + e.getMessage(), e);
    }
  }

  /// The first layer of some cells, (cells, width).
  ///
  /// @param target for each column of the cells the gene it is, or -1
  float[] apply(Csr cells, int[] target) {
    var sums = new float[Math.multiplyExact(cells.rows(), width)];
    var values = new float[0];
    var rows = new float[0][];
    var sum = new float[width];
    for (int cell = 0; cell < cells.rows(); cell++) {
      int first = (int) cells.indptr()[cell];
      int last = (int) cells.indptr()[cell + 1];
      if (values.length < last - first) {
        values = new float[last - first];
        rows = new float[last - first][];
      }
      int count = 0;
      double total = 0;
      for (int k = first; k < last; k++) {
        int gene = target[cells.indices()[k]];
        if (gene >= 0) {
          rows[count] = weight[gene];
          values[count++] = cells.values()[k];
          total += cells.values()[k];
        }
      }
      transform(values, count, total);
      Arrays.fill(sum, 0);
      add(values, rows, count, sum);
      System.arraycopy(sum, 0, sums, cell * width, width);
    }
    return sums;
  }

  private void transform(float[] values, int count, double total) {
    float divisor = scaled ? (float) (total / weight.length) + 1 : 1;
    for (int k = 0; k < count; k++) {
      float x = values[k] / divisor;
      int whole = (int) x;
      values[k] = !log ? x : whole == x && whole < LOG.length ? LOG[whole] : (float) Math.log1p(x);
    }
  }

  int genes() {
    return weight.length;
  }

  /// Adds rows of W, four at a time: the sum is then read and written a quarter as often.
  private static void add(float[] values, float[][] rows, int count, float[] sum) {
    int k = 0;
    for (; k + 3 < count; k += 4) {
      add(values, k, rows[k], rows[k + 1], rows[k + 2], rows[k + 3], sum);
    }
    for (; k < count; k++) {
      var row = rows[k];
      for (int j = 0; j < sum.length; j++) {
        sum[j] += values[k] * row[j];
      }
    }
  }

  private static void add(
      float[] values, int k, float[] a, float[] b, float[] c, float[] d, float[] sum) {
    float x = values[k];
    float y = values[k + 1];
    float z = values[k + 2];
    float w = values[k + 3];
    for (int j = 0; j < sum.length; j++) {
      sum[j] = sum[j] + x * a[j] + y * b[j] + (z * c[j] + w * d[j]);
    }
  }

  /// Follows `counts` through the graph to the first product with weights.
  private static final class Cut {
    private final ModelProto model;
    private final GraphProto graph;
    private final List<NodeProto> taken = new ArrayList<>();
    private final List<String> beside = new ArrayList<>();

    Cut(ModelProto model) {
      this.model = model;
      this.graph = model.getGraph();
    }

    @Nullable SparseEntry entry() {
      if (graph.getNodeList().stream().anyMatch(node -> node.getOutputCount() != 1)) {
        return null;
      }
      String value = COUNTS;
      boolean scaled = false;
      var users = users(value);
      if (users.size() == 2) {
        value = divided(users);
        scaled = true;
        if (value == null) {
          return null;
        }
      }
      boolean log = false;
      var next = only(value);
      if (next != null && isPlus(next, value, 1)) {
        var logarithm = take(next);
        if (logarithm == null || !logarithm.getOpType().equals("Log")) {
          return null;
        }
        log = true;
        next = take(logarithm);
        value = logarithm.getOutput(0);
      }
      while (next != null && isConcat(next, value)) {
        beside.addAll(next.getInputList().subList(1, next.getInputCount()));
        value = next.getOutput(0);
        next = take(next);
      }
      if (next == null
          || !next.getOpType().equals("MatMul")
          || next.getInputCount() != 2
          || !next.getInput(0).equals(value)
          || (scaled && !log)) {
        return null;
      }
      taken.add(next);
      return entry(scaled, log, next);
    }

    private @Nullable SparseEntry entry(boolean scaled, boolean log, NodeProto product) {
      var weights = weights(product.getInput(1));
      int genes = genes();
      if (weights == null || weights.getDimsCount() != 2 || genes < 1) {
        return null;
      }
      long rows = weights.getDims(0);
      long width = weights.getDims(1);
      var values = GraphWeights.values(weights);
      if (rows < genes
          || (rows > genes) == beside.isEmpty()
          || width < 1
          || users(weights.getName()).size() != 1
          || values.length / width != rows
          || values.length % width != 0) {
        return null;
      }
      int wide = (int) width;
      var first = new float[genes][];
      for (int gene = 0; gene < genes; gene++) {
        first[gene] = Arrays.copyOfRange(values, gene * wide, (gene + 1) * wide);
      }
      return new SparseEntry(scaled, log, wide, first, rest(product, weights, values, wide));
    }

    private byte[] rest(NodeProto product, TensorProto weights, float[] values, int width) {
      var rest = graph.toBuilder().clearNode().clearInput();
      for (var input : graph.getInputList()) {
        rest.addInput(
            input.getName().equals(COUNTS)
                ? input.toBuilder().setType(width(input.getType(), width)).build()
                : input);
      }
      var name = product.getOutput(0);
      for (var node : graph.getNodeList()) {
        if (node == product && beside.isEmpty()) {
          rest.addNode(node("Identity", List.of(COUNTS), name));
        } else if (node == product) {
          rest.addAllNode(covariates(rest, weights, values, width, name));
        } else if (!taken.contains(node)) {
          rest.addNode(node);
        }
      }
      int at = graph.getInitializerList().indexOf(weights);
      rest.removeInitializer(at);
      return model.toBuilder().setGraph(rest).build().toByteArray();
    }

    /// What stands beside the counts is multiplied in the graph, as before.
    private List<NodeProto> covariates(
        GraphProto.Builder rest, TensorProto weights, float[] values, int width, String name) {
      var tail = name + "/covariates";
      var bytes =
          ByteBuffer.allocate((values.length - genes() * width) * Float.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int i = genes() * width; i < values.length; i++) {
        bytes.putFloat(values[i]);
      }
      rest.addInitializer(
          weights.toBuilder()
              .clearFloatData()
              .setName(tail + "/weight")
              .setDims(0, values.length / width - genes())
              .setRawData(ByteString.copyFrom(bytes.flip())));
      var nodes = new ArrayList<NodeProto>();
      var from = beside.getFirst();
      if (beside.size() > 1) {
        from = tail + "/concat";
        nodes.add(
            node("Concat", beside, from).toBuilder()
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("axis")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1))
                .build());
      }
      nodes.add(node("MatMul", List.of(from, tail + "/weight"), tail));
      nodes.add(node("Add", List.of(COUNTS, tail), name));
      return nodes;
    }

    private static NodeProto node(String operator, List<String> inputs, String output) {
      return NodeProto.newBuilder()
          .setOpType(operator)
          .setName(output)
          .addAllInput(inputs)
          .addOutput(output)
          .build();
    }

    private static TypeProto width(TypeProto type, int width) {
      var changed = type.toBuilder();
      changed.getTensorTypeBuilder().getShapeBuilder().getDimBuilder(1).clear().setDimValue(width);
      return changed.build();
    }

    /// Counts over one plus their mean, null if the two users of the counts do something else.
    private @Nullable String divided(List<NodeProto> users) {
      boolean order = users.getFirst().getOpType().equals("ReduceMean");
      var mean = order ? users.getFirst() : users.getLast();
      var division = order ? users.getLast() : users.getFirst();
      var plus = only(mean.getOutput(0));
      if (!mean.getOpType().equals("ReduceMean")
          || !overGenes(mean)
          || plus == null
          || !isPlus(plus, mean.getOutput(0), 1)
          || !division.getOpType().equals("Div")
          || !division.getInputList().equals(List.of(COUNTS, plus.getOutput(0)))
          || only(plus.getOutput(0)) != division) {
        return null;
      }
      taken.add(mean);
      taken.add(plus);
      taken.add(division);
      return division.getOutput(0);
    }

    private static boolean overGenes(NodeProto mean) {
      return mean.getInputCount() == 1
          && mean.getAttributeList().stream()
              .allMatch(a ->
                  a.getName().equals("axes")
                      ? a.getIntsList().equals(List.of(1L)) || a.getIntsList().equals(List.of(-1L))
                      : a.getName().equals("keepdims") && a.getI() == 1)
          && mean.getAttributeList().stream().anyMatch(a -> a.getName().equals("axes"));
    }

    private static boolean isConcat(NodeProto node, String first) {
      return node.getOpType().equals("Concat")
          && node.getInputCount() > 1
          && node.getInput(0).equals(first)
          && node.getAttributeCount() == 1
          && (node.getAttribute(0).getI() == 1 || node.getAttribute(0).getI() == -1);
    }

    private boolean isPlus(NodeProto node, String value, float number) {
      if (!node.getOpType().equals("Add")
          || node.getInputCount() != 2
          || !node.getInput(0).equals(value)) {
        return false;
      }
      var added = weights(node.getInput(1));
      if (added == null) {
        return false;
      }
      var values = GraphWeights.values(added);
      return values.length == 1 && values[0] == number;
    }

    /// Marks a node as taken and gives the only user of its output.
    private @Nullable NodeProto take(NodeProto node) {
      taken.add(node);
      return only(node.getOutput(0));
    }

    private @Nullable NodeProto only(String value) {
      var users = users(value);
      boolean published = graph.getOutputList().stream().anyMatch(o -> o.getName().equals(value));
      return users.size() == 1 && !published ? users.getFirst() : null;
    }

    private List<NodeProto> users(String value) {
      return graph.getNodeList().stream().filter(n -> n.getInputList().contains(value)).toList();
    }

    private @Nullable TensorProto weights(String name) {
      return graph.getInitializerList().stream()
          .filter(w -> w.getName().equals(name))
          .findFirst()
          .orElse(null);
    }

    private int genes() {
      for (var input : graph.getInputList()) {
        if (input.getName().equals(COUNTS)
            && input.getType().getTensorType().getShape().getDimCount() == 2) {
          return Math.clamp(
              input.getType().getTensorType().getShape().getDim(1).getDimValue(),
              0,
              Integer.MAX_VALUE);
        }
      }
      return 0;
    }
  }
}
