package org.syncyte.onnx.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.onnx.graph.Attribute;

/// The counterparts of the engine's operators in ONNX: one call, noted.
///
/// Element types follow the engine: operands of an arithmetic node are first cast to the type of
/// the result, those of a comparison to the wider of the two.
record Operators(
    Tracer tracer, TracedArray self, String name, @Nullable Object[] arguments, NDArray result) {

  /// Operators with one operand whose counterpart is a single node.
  private static final Map<String, String> UNARY =
      Map.ofEntries(
          Map.entry("exp", "Exp"),
          Map.entry("log", "Log"),
          Map.entry("sqrt", "Sqrt"),
          Map.entry("neg", "Neg"),
          Map.entry("abs", "Abs"),
          Map.entry("floor", "Floor"),
          Map.entry("ceil", "Ceil"),
          Map.entry("round", "Round"),
          Map.entry("sign", "Sign"),
          Map.entry("sin", "Sin"),
          Map.entry("cos", "Cos"),
          Map.entry("tanh", "Tanh"),
          Map.entry("erf", "Erf"),
          Map.entry("isNaN", "IsNaN"),
          Map.entry("isInfinite", "IsInf"),
          Map.entry("logicalNot", "Not"),
          Map.entry("relu", "Relu"),
          Map.entry("sigmoid", "Sigmoid"),
          Map.entry("softPlus", "Softplus"),
          Map.entry("softSign", "Softsign"));

  private static final Map<String, String> BINARY =
      Map.of(
          "add", "Add", "sub", "Sub", "mul", "Mul", "div", "Div", "pow", "Pow", "maximum", "Max",
          "minimum", "Min");

  private static final Map<String, String> COMPARE =
      Map.of(
          "eq", "Equal",
          "neq", "Equal",
          "gt", "Greater",
          "gte", "GreaterOrEqual",
          "lt", "Less",
          "lte", "LessOrEqual");

  private static final Map<String, String> LOGIC =
      Map.of("logicalAnd", "And", "logicalOr", "Or", "logicalXor", "Xor");

  private static final Map<String, String> REDUCE =
      Map.of("sum", "ReduceSum", "mean", "ReduceMean", "max", "ReduceMax", "min", "ReduceMin");

  /// Default methods of the interface that are noted as they are, not by what they call.
  static final Set<String> WHOLE = Set.of("rsub", "rdiv", "rpow", "oneHot");

  /// Everything that can be noted.
  static final Set<String> NAMES = names();

  private static Set<String> names() {
    var names = new TreeSet<String>(WHOLE);
    for (var table : List.of(UNARY, BINARY, COMPARE, LOGIC, REDUCE)) {
      names.addAll(table.keySet());
    }
    names.addAll(List.of("square", "log2", "log10", "leakyRelu", "elu", "gelu", "clip", "toType"));
    names.addAll(List.of("softmax", "logSoftmax", "cumSum", "argMax", "where"));
    names.addAll(List.of("matMul", "dot", "batchDot", "batchMatMul", "linear", "embedding"));
    names.addAll(List.of("batchNorm", "layerNorm", "dropout", "concat", "stack", "gather"));
    names.addAll(List.of("reshape", "flatten", "expandDims", "squeeze", "transpose"));
    names.addAll(List.of("broadcast", "tile"));
    return Collections.unmodifiableSet(names);
  }

  /// Adds the call to the graph and returns the name of its result.
  String note() {
    String single = UNARY.get(name);
    if (single != null) {
      return node(single, self.reference());
    }
    String arithmetic = BINARY.get(name);
    if (arithmetic != null) {
      return node(arithmetic, cast(self), operand(0, result.getDataType()));
    }
    String comparing = COMPARE.get(name);
    if (comparing != null) {
      return comparison(comparing);
    }
    String logic = LOGIC.get(name);
    if (logic != null) {
      return node(logic, cast(self), operand(0, DataType.BOOLEAN));
    }
    String reducing = REDUCE.get(name);
    if (reducing != null) {
      return reduction(reducing);
    }
    return switch (name) {
      case "rsub" -> node("Sub", operand(0, result.getDataType()), cast(self));
      case "rdiv" -> node("Div", operand(0, result.getDataType()), cast(self));
      case "rpow" -> node("Pow", operand(0, result.getDataType()), cast(self));
      case "square" -> node("Mul", self.reference(), self.reference());
      case "log2" -> node("Div", node("Log", self.reference()), number(Math.log(2)));
      case "log10" -> node("Div", node("Log", self.reference()), number(Math.log(10)));
      case "leakyRelu" -> with("LeakyRelu", Attribute.of("alpha", real(0)));
      case "elu" -> with("Elu", Attribute.of("alpha", real(0)));
      case "gelu" -> gelu();
      case "clip" ->
          node("Clip", self.reference(), number(at(0, Number.class)), number(at(1, Number.class)));
      case "toType" -> cast(self);
      case "softmax" -> with("Softmax", axis(whole(0)));
      case "logSoftmax" -> with("LogSoftmax", axis(whole(0)));
      case "cumSum" -> cumulativeSum();
      case "argMax" -> argMax();
      case "oneHot" -> oneHot();
      case "where" ->
          node("Where", array(0).reference(), cast(self), operand(1, result.getDataType()));
      case "matMul", "dot", "batchDot", "batchMatMul" ->
          node("MatMul", cast(self), operand(0, result.getDataType()));
      case "linear" -> linear();
      case "embedding" ->
          tracer.node(
              "Gather",
              List.of(array(1).reference(), array(0).reference()),
              Attribute.of("axis", 0L));
      case "batchNorm" -> batchNorm();
      case "layerNorm" -> layerNorm();
      case "dropout" -> dropout();
      case "concat" -> join("Concat", at(0, NDList.class), false);
      case "stack" -> join("Concat", at(0, NDList.class), true);
      case "gather" -> gather();
      case "reshape", "flatten" ->
          node("Reshape", self.reference(), tracer.shape(result.getShape().getShape()));
      case "expandDims" ->
          node("Unsqueeze", self.reference(), tracer.wholes(positive(whole(0), 1)));
      case "squeeze" -> node("Squeeze", self.reference(), axesValue(at(0, int[].class)));
      case "transpose" -> transpose();
      case "broadcast" ->
          node("Expand", self.reference(), tracer.shape(result.getShape().getShape()));
      case "tile" -> tile();
      default -> throw new IllegalStateException(name);
    };
  }

  private String comparison(String operator) {
    var mine = self.real().getDataType();
    var type =
        switch (arguments[0]) {
          case NDArray other -> wider(mine, other.getDataType());
          case Float _, Double _ -> mine.isFloating() ? mine : DataType.FLOAT32;
          case null, default -> mine == DataType.BOOLEAN ? DataType.INT64 : mine;
        };
    String compared = node(operator, cast(self, type), operand(0, type));
    return name.equals("neq") ? node("Not", compared) : compared;
  }

  private String reduction(String operator) {
    boolean all = arguments.length == 0;
    var axes = all ? IntStream.range(0, rank()).toArray() : at(0, int[].class);
    var keep = Attribute.of("keepdims", !all && flag(1) ? 1L : 0L);
    if (name.equals("sum")) {
      return tracer.node(operator, List.of(cast(self), axesValue(axes)), keep);
    }
    return tracer.node(operator, List.of(cast(self)), Attribute.of("axes", positive(axes)), keep);
  }

  private String gelu() {
    String inner = node("Erf", node("Mul", self.reference(), number(Math.sqrt(0.5))));
    String half = node("Mul", self.reference(), number(0.5));
    return node("Mul", half, node("Add", inner, number(1)));
  }

  private String cumulativeSum() {
    if (arguments.length != 1) {
      throw refused("without an axis");
    }
    return node("CumSum", cast(self), tracer.wholes(whole(0)));
  }

  private String argMax() {
    if (arguments.length != 1) {
      throw refused("without an axis");
    }
    return with("ArgMax", axis(whole(0)), Attribute.of("keepdims", 0L));
  }

  private String oneHot() {
    int depth = whole(0);
    float on = arguments.length == 4 ? real(1) : 1;
    float off = arguments.length == 4 ? real(2) : 0;
    String values = tracer.lift("values", self.real().getManager().create(new float[] {off, on}));
    String hot =
        tracer.node(
            "OneHot",
            List.of(cast(self, DataType.INT64), tracer.wholes(depth), values),
            Attribute.of("axis", -1L));
    return castValue(hot, DataType.FLOAT32, result.getDataType());
  }

  private String linear() {
    var input = array(0);
    var weight = array(1);
    var inputs = new ArrayList<>(List.of(input.reference(), weight.reference()));
    var bias = arguments[2] == null ? null : array(2);
    if (input.real().getShape().dimension() == 2) {
      if (bias != null) {
        inputs.add(bias.reference());
      }
      return tracer.node("Gemm", inputs, Attribute.of("transB", 1L));
    }
    String turned =
        tracer.node(
            "Transpose", List.of(weight.reference()), Attribute.of("perm", new long[] {1, 0}));
    String product = node("MatMul", input.reference(), turned);
    return bias == null ? product : node("Add", product, bias.reference());
  }

  private String batchNorm() {
    if (flag(8)) {
      throw refused("in training");
    }
    if (whole(5) != 1) {
      throw refused("along axis " + arguments[5]);
    }
    var inputs = new ArrayList<String>();
    for (int position : new int[] {0, 3, 4, 1, 2}) {
      if (!(arguments[position] instanceof NDArray operand)) {
        throw refused("without scale and offset");
      }
      inputs.add(array(operand).reference());
    }
    return tracer.node("BatchNormalization", inputs, Attribute.of("epsilon", real(7)));
  }

  private String layerNorm() {
    var inner = at(1, Shape.class);
    var inputs = new ArrayList<String>();
    inputs.add(array(0).reference());
    inputs.add(
        arguments[2] instanceof NDArray scale
            ? array(scale).reference()
            : tracer.lift("ones", self.real().getManager().ones(inner)));
    if (arguments[3] instanceof NDArray offset) {
      inputs.add(array(offset).reference());
    }
    return tracer.node(
        "LayerNormalization",
        inputs,
        Attribute.of("axis", -inner.dimension()),
        Attribute.of("epsilon", real(4)));
  }

  private String dropout() {
    if (flag(2)) {
      throw refused("in training");
    }
    return array(0).reference();
  }

  private String join(String operator, NDList list, boolean newAxis) {
    int axis = (int) positive(whole(1), newAxis ? 1 : 0);
    // The engine's list holds the others; the receiver comes first.
    var all = new NDList(self.array());
    all.addAll(list);
    var parts = new ArrayList<String>();
    for (var part : all) {
      String value = cast(array(part), result.getDataType());
      parts.add(newAxis ? node("Unsqueeze", value, tracer.wholes(axis)) : value);
    }
    return tracer.node(operator, parts, Attribute.of("axis", axis));
  }

  private String gather() {
    return tracer.node(
        "GatherElements", List.of(self.reference(), array(0).reference()), axis(whole(1)));
  }

  private String transpose() {
    var order =
        arguments.length == 0
            ? IntStream.range(0, rank()).map(i -> rank() - 1 - i).toArray()
            : at(0, int[].class);
    return with("Transpose", Attribute.of("perm", positive(order)));
  }

  private String tile() {
    if (arguments.length != 1 || !(arguments[0] instanceof long[] times)) {
      throw refused("other than with one count for each axis");
    }
    if (times.length != rank()) {
      throw refused("with %d counts for %d axes".formatted(times.length, rank()));
    }
    return node("Tile", self.reference(), tracer.shape(times));
  }

  private String operand(int position, DataType type) {
    return switch (arguments[position]) {
      case NDArray other -> cast(array(other), type);
      case Number number -> tracer.scalar(number, type);
      case null, default -> throw refused("with " + arguments[position]);
    };
  }

  private String cast(TracedArray array) {
    return cast(array, result.getDataType());
  }

  private String cast(TracedArray array, DataType type) {
    return castValue(array.reference(), array.real().getDataType(), type);
  }

  private String castValue(String value, DataType from, DataType to) {
    return from == to
        ? value
        : tracer.node("Cast", List.of(value), Attribute.of("to", (long) Tracer.type(to).number()));
  }

  private static DataType wider(DataType a, DataType b) {
    var order =
        List.of(
            DataType.BOOLEAN, DataType.INT32, DataType.INT64, DataType.FLOAT32, DataType.FLOAT64);
    return order.get(Math.max(order.indexOf(a), order.indexOf(b)));
  }

  private String number(Number number) {
    return tracer.scalar(number, self.real().getDataType());
  }

  private <T> T at(int position, Class<T> type) {
    if (position < arguments.length && type.isInstance(arguments[position])) {
      return type.cast(arguments[position]);
    }
    throw refused("with these arguments");
  }

  private int whole(int position) {
    return at(position, Integer.class);
  }

  private float real(int position) {
    return at(position, Float.class);
  }

  private boolean flag(int position) {
    return at(position, Boolean.class);
  }

  private TracedArray array(int position) {
    return array(at(position, NDArray.class));
  }

  private TracedArray array(NDArray array) {
    return TracedArray.of(tracer, array);
  }

  private String node(String operator, String... inputs) {
    return tracer.node(operator, List.of(inputs));
  }

  private String with(String operator, Attribute... attributes) {
    return tracer.node(operator, List.of(self.reference()), attributes);
  }

  private int rank() {
    return self.real().getShape().dimension();
  }

  private Attribute axis(int axis) {
    return Attribute.of("axis", positive(axis, 0));
  }

  private long positive(int axis, int extra) {
    return axis < 0 ? axis + rank() + extra : axis;
  }

  private long[] positive(int[] axes) {
    return Arrays.stream(axes).mapToLong(axis -> positive(axis, 0)).toArray();
  }

  private String axesValue(int[] axes) {
    return tracer.wholes(positive(axes));
  }

  private UntraceableException refused(String how) {
    return new UntraceableException(
        "operator '%s' %s cannot be exported to ONNX".formatted(name, how));
  }
}
