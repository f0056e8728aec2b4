package org.syncyte.onnx.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The way back through a traced pass: the gradient of a weighted sum of its results with respect
/// to an array it began from, as more nodes of the same graph.
///
/// Every call that was noted is gone through in reverse order. The rule of each operator is written
/// in array operators, so what it does is traced as the pass itself was; what the gradient does not
/// need is left out when the graph is written. An operator without a rule is refused by name.
final class Gradient {
  /// One call of a traced pass.
  ///
  /// @param arguments as given, with traced arrays among them
  record Call(TracedArray self, String name, @Nullable Object[] arguments, TracedArray result) {
    List<TracedArray> operands(Tracer tracer) {
      var operands = new ArrayList<TracedArray>();
      operands.add(self);
      for (var argument : arguments) {
        switch (argument) {
          case NDArray array -> operands.add(TracedArray.of(tracer, array));
          case NDList list -> list.forEach(array -> operands.add(TracedArray.of(tracer, array)));
          case null, default -> {}
        }
      }
      return operands;
    }
  }

  private final Tracer tracer;
  private final Set<TracedArray> moved = new HashSet<>();
  private final Map<TracedArray, NDArray> gradients = new IdentityHashMap<>();

  private Gradient(Tracer tracer) {
    this.tracer = tracer;
  }

  /// @param weights of the entries of `result` in the sum, of the same shape
  /// @return of the shape of `origin`
  static NDArray of(Tracer tracer, NDArray result, NDArray weights, NDArray origin) {
    var walk = new Gradient(tracer);
    var from = TracedArray.of(tracer, origin);
    walk.moved.add(from);
    var calls = List.copyOf(tracer.calls());
    for (var call : calls) {
      if (call.operands(tracer).stream().anyMatch(walk.moved::contains)) {
        walk.moved.add(call.result());
      }
    }
    walk.gradients.put(TracedArray.of(tracer, result), weights);
    for (var call : calls.reversed()) {
      var gradient = walk.gradients.get(call.result());
      if (gradient != null && walk.moved.contains(call.result()) && call.result() != from) {
        walk.back(call, gradient);
      }
    }
    var found = walk.gradients.get(from);
    if (found == null) {
      throw new UntraceableException("the result does not depend on the array to differentiate by");
    }
    return found;
  }

  private void back(Call call, NDArray g) {
    var x = call.self().array();
    var y = call.result().array();
    var other = call.arguments().length > 0 && call.arguments()[0] instanceof NDArray b ? b : null;
    var number = call.arguments().length > 0 && call.arguments()[0] instanceof Number n ? n : null;
    switch (call.name()) {
      case "add" -> {
        give(x, g);
        give(other, g);
      }
      case "sub" -> {
        give(x, g);
        give(other, g.neg());
      }
      case "mul" -> {
        give(x, other == null ? g.mul(required(number, call)) : g.mul(other));
        give(other, g.mul(x));
      }
      case "div" -> {
        give(x, other == null ? g.div(required(number, call)) : g.div(other));
        if (other != null && moves(other)) {
          give(other, g.mul(y).div(other).neg());
        }
      }
      case "matMul", "dot" -> {
        if (other == null) {
          throw refused(call);
        }
        give(x, () -> g.matMul(other.transpose()));
        give(other, () -> x.transpose().matMul(g));
      }
      case "neg" -> give(x, g.neg());
      case "exp" -> give(x, g.mul(y));
      case "log" -> give(x, g.div(x));
      case "sqrt" -> give(x, g.div(y.mul(2f)));
      case "square" -> give(x, g.mul(x).mul(2f));
      case "relu" -> give(x, g.mul(y.gt(0f).toType(DataType.FLOAT32, false)));
      case "sigmoid" -> give(x, g.mul(y).mul(y.mul(-1f).add(1f)));
      case "tanh" -> give(x, g.mul(y.square().mul(-1f).add(1f)));
      case "softPlus" -> give(x, g.mul(x.getNDArrayInternal().sigmoid()));
      case "softmax" -> {
        int axis = axis(call);
        give(x, g.sub(g.mul(y).sum(new int[] {axis}, true)).mul(y));
      }
      case "logSoftmax" -> {
        int axis = axis(call);
        give(x, g.sub(y.exp().mul(g.sum(new int[] {axis}, true))));
      }
      case "sum" -> give(x, spread(call, g, x));
      case "mean" -> {
        long count = x.getShape().size() / Math.max(1, y.getShape().size());
        give(x, spread(call, g, x).div((float) count));
      }
      case "concat" -> concat(call, g);
      case "reshape", "flatten", "expandDims", "squeeze" -> give(x, g.reshape(x.getShape()));
      case "transpose" -> {
        if (call.arguments().length > 0) {
          throw refused(call);
        }
        give(x, g.transpose());
      }
      case "toType" -> give(x, g);
      default -> throw refused(call);
    }
  }

  private void concat(Call call, NDArray g) {
    if (!(call.arguments()[0] instanceof NDList others)) {
      throw refused(call);
    }
    int rank = g.getShape().dimension();
    if (axis(call) != rank - 1) {
      throw refused(call);
    }
    var parts = new ArrayList<NDArray>();
    parts.add(call.self().array());
    parts.addAll(others);
    long at = 0;
    for (var part : parts) {
      long width = part.getShape().get(rank - 1);
      if (moves(part)) {
        give(part, g.get("..., %d:%d".formatted(at, at + width)));
      }
      at += width;
    }
  }

  /// A gradient of a reduction, on every entry that was reduced.
  private NDArray spread(Call call, NDArray g, NDArray x) {
    if (call.arguments().length == 0) {
      return g.broadcast(x.getShape());
    }
    if (!(call.arguments()[0] instanceof int[] axes)) {
      throw refused(call);
    }
    long[] sides = x.getShape().getShape().clone();
    for (int axis : axes) {
      sides[axis < 0 ? axis + sides.length : axis] = 1;
    }
    return g.reshape(new Shape(sides)).broadcast(x.getShape());
  }

  private int axis(Call call) {
    for (var argument : call.arguments()) {
      if (argument instanceof Integer axis) {
        return axis < 0 ? axis + call.result().real().getShape().dimension() : axis;
      }
    }
    throw refused(call);
  }

  private boolean moves(NDArray array) {
    return moved.contains(TracedArray.of(tracer, array));
  }

  private void give(NDArray array, java.util.function.Supplier<NDArray> gradient) {
    if (moves(array)) {
      give(array, gradient.get());
    }
  }

  private void give(@Nullable NDArray array, NDArray gradient) {
    if (array == null || !moves(array)) {
      return;
    }
    var fitting = reduced(gradient, array.getShape());
    gradients.merge(TracedArray.of(tracer, array), fitting, NDArray::add);
  }

  /// Summed over the axes along which the operand was repeated.
  private static NDArray reduced(NDArray gradient, Shape shape) {
    var fitting = gradient;
    int extra = fitting.getShape().dimension() - shape.dimension();
    if (extra > 0) {
      fitting = fitting.sum(java.util.stream.IntStream.range(0, extra).toArray());
    }
    var axes = new ArrayList<Integer>();
    for (int axis = 0; axis < shape.dimension(); axis++) {
      if (shape.get(axis) == 1 && fitting.getShape().get(axis) != 1) {
        axes.add(axis);
      }
    }
    return axes.isEmpty()
        ? fitting
        : fitting.sum(axes.stream().mapToInt(Integer::intValue).toArray(), true);
  }

  private static Number required(@Nullable Number number, Call call) {
    if (number == null) {
      throw refused(call);
    }
    return number;
  }

  private static UntraceableException refused(Call call) {
    return new UntraceableException(
        "operator '%s' with %s has no rule for its gradient; write the pass with others"
            .formatted(call.name(), Arrays.toString(call.arguments())));
  }
}
