package org.syncyte.onnx.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.onnx.graph.Attribute;
import org.syncyte.onnx.graph.ElementType;
import org.syncyte.onnx.graph.GraphBuilder;

/// Turns one run of a forward pass into an ONNX graph.
///
/// The tracer hands out arrays that compute as usual and note what was done to them. Arrays that do
/// not depend on an input are constants: what is done to them alone is done now, and only the
/// result enters the graph, as a weight.
///
/// **The number of cells stays open.** The pass runs on [#cells] example cells. A side of that
/// length, or a multiple of it, is taken for the number of cells wherever a shape is given, so the
/// number must occur nowhere else among the model's sides; [#cellsApartFrom] finds such a prime.
/// Three slips would fix the number of cells or the data of the example silently; each is refused
/// here: a constant with such a side, a look at the value of an array, and drawing noise.
public final class Tracer implements AutoCloseable {
  private final GraphBuilder graph;
  private final NDManager real;
  private final NDManager manager;
  private final int cells;
  private @Nullable String cellsValue;
  private @Nullable String firstInput;
  private int constants;
  private final List<Gradient.Call> calls = new ArrayList<>();

  /// @param name name of the graph
  /// @param parent where arrays are computed
  /// @param cells number of example cells
  public Tracer(String name, NDManager parent, int cells) {
    if (cells < 2) {
      throw new IllegalArgumentException(
          "a trace needs at least 2 example cells to tell them from one, not " + cells);
    }
    this.graph = new GraphBuilder(name);
    this.real = parent.newSubManager();
    this.cells = cells;
    this.manager = traced(real);
  }

  /// The smallest prime from 17 of which no given side is a multiple.
  public static int cellsApartFrom(LongStream sides) {
    long[] taken = sides.filter(side -> side > 1).distinct().toArray();
    int candidate = 17;
    while (!prime(candidate) || anyMultiple(taken, candidate)) {
      candidate += 2;
    }
    return candidate;
  }

  /// An input of the graph; its first axis is the cells if it has the length of the example.
  public NDArray input(String name, NDArray example) {
    graph.input(name, type(example.getDataType()), sides(example.getShape().getShape()));
    if (firstInput == null && example.getShape().dimension() > 0 && example.size(0) == cells) {
      firstInput = name;
    }
    return TracedArray.input(this, plain(example), name);
  }

  /// A weight of the model; it enters the graph under its published name when it is used.
  public NDArray parameter(String name, NDArray weight) {
    return TracedArray.constant(this, plain(weight), name);
  }

  /// Publishes an array as an output of the graph.
  public void output(String name, NDArray array) {
    var traced = TracedArray.of(this, array);
    graph.output(
        name, traced.reference(), type(array.getDataType()), sides(array.getShape().getShape()));
  }

  /// The manager for the forward pass: what it makes are constants of the graph.
  public NDManager manager() {
    return manager;
  }

  public int cells() {
    return cells;
  }

  public GraphBuilder graph() {
    return graph;
  }

  @Override
  public void close() {
    real.close();
  }

  /// What was done to arrays that depend on an input, in order.
  List<Gradient.Call> calls() {
    return calls;
  }

  String node(String operator, List<String> inputs, Attribute... attributes) {
    return graph.node(operator, inputs, attributes);
  }

  /// Whole numbers as a weight of shape `(length)`.
  String wholes(long... values) {
    return graph.weights(fresh("axes"), new long[] {values.length}, values);
  }

  /// One number as a weight without axes.
  String scalar(Number number, DataType type) {
    var array = real.create(number.doubleValue()).toType(type, false);
    return lift("number", array);
  }

  /// A shape as a value; sides that are cells are read from the input when the graph runs.
  String shape(long[] shape) {
    if (LongStream.of(shape).noneMatch(this::isCells)) {
      return wholes(shape);
    }
    var parts = new ArrayList<String>();
    for (long side : shape) {
      if (!isCells(side)) {
        parts.add(wholes(side));
      } else if (side == cells) {
        parts.add(cellsValue());
      } else {
        parts.add(node("Mul", List.of(cellsValue(), wholes(side / cells))));
      }
    }
    return node("Concat", parts, Attribute.of("axis", 0L));
  }

  /// Adds a constant to the graph.
  String lift(String label, NDArray array) {
    long[] shape = array.getShape().getShape();
    if (LongStream.of(shape).noneMatch(this::isCells)) {
      return graph.weights(fresh(label), type(array.getDataType()), shape, bytes(array));
    }
    var flat = array.flatten();
    var first = flat.get(0);
    if (!flat.eq(first).all().getBoolean()) {
      throw new UntraceableException(
          "an array of shape %s holds one entry for each of the %d example cells but does not come from an input; hand it to the pass as an input"
              .formatted(array.getShape(), cells));
    }
    return node("Expand", List.of(lift(label, first), shape(shape)));
  }

  static ElementType type(DataType type) {
    return switch (type) {
      case FLOAT32 -> ElementType.FLOAT;
      case FLOAT64 -> ElementType.DOUBLE;
      case INT32 -> ElementType.INT32;
      case INT64 -> ElementType.INT64;
      case BOOLEAN -> ElementType.BOOL;
      default ->
          throw new UntraceableException(
              "arrays of type %s cannot be exported; use FLOAT32 or INT64".formatted(type));
    };
  }

  private String cellsValue() {
    if (cellsValue == null) {
      if (firstInput == null) {
        throw new UntraceableException(
            "a shape depends on the number of cells, but no input has cells in its first axis");
      }
      String whole = node("Shape", List.of(firstInput));
      cellsValue = node("Slice", List.of(whole, wholes(0), wholes(1)));
    }
    return cellsValue;
  }

  private boolean isCells(long side) {
    return side > 0 && side % cells == 0;
  }

  private long[] sides(long[] shape) {
    return LongStream.of(shape)
        .map(side ->
            side == cells ? GraphBuilder.CELLS_SIDE : isCells(side) ? GraphBuilder.OPEN_SIDE : side)
        .toArray();
  }

  private String fresh(String label) {
    if (!label.isEmpty() && !graph.has(label)) {
      return label;
    }
    String name;
    do {
      name = label + "#" + ++constants;
    } while (graph.has(name));
    return name;
  }

  private NDArray plain(NDArray array) {
    return TracedArray.isTraced(array) ? TracedArray.of(this, array).real() : array;
  }

  private static ByteBuffer bytes(NDArray array) {
    if (array.getDataType() == DataType.BOOLEAN) {
      boolean[] values = array.toBooleanArray();
      var bytes = ByteBuffer.allocate(values.length);
      for (boolean value : values) {
        bytes.put((byte) (value ? 1 : 0));
      }
      return bytes.flip();
    }
    // A view may hold its storage in another order; a copy has the order of its shape.
    return array.duplicate().toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private NDManager traced(NDManager plain) {
    InvocationHandler handler =
        (self, method, given) -> {
          var arguments = given == null ? new Object[0] : given;
          return switch (method.getName()) {
            case "equals" -> self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            case "newSubManager" -> traced((NDManager) call(method, plain, arguments));
            case "from" -> TracedArray.of(this, (NDArray) arguments[0]).array();
            default -> {
              if (!NDArray.class.isAssignableFrom(method.getReturnType())) {
                yield call(method, plain, TracedArray.plain(arguments));
              }
              if (method.getName().startsWith("random")
                  || method.getName().startsWith("truncated")
                  || method.getName().startsWith("sample")) {
                throw new UntraceableException(
                    "'%s' draws noise, which a graph cannot repeat; export the mean, or hand the noise in"
                        .formatted(method.getName()));
              }
              var made = (NDArray) call(method, plain, TracedArray.plain(arguments));
              yield TracedArray.constant(this, made, "constant");
            }
          };
        };
    return (NDManager)
        Proxy.newProxyInstance(
            Tracer.class.getClassLoader(), new Class<?>[] {NDManager.class}, handler);
  }

  /// Calls a method of the engine and lets its own exception out.
  @SuppressWarnings("NullAway") // engine methods may return null; callers pass it on
  static Object call(Method method, Object target, @Nullable Object... arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static boolean prime(int number) {
    for (int divisor = 3; divisor * divisor <= number; divisor += 2) {
      if (number % divisor == 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean anyMultiple(long[] sides, int candidate) {
    return LongStream.of(sides).anyMatch(side -> side % candidate == 0);
  }
}
