package org.syncyte.onnx.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.internal.NDArrayEx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An array that computes and takes notes.
///
/// It stands behind the engine's own array interface: a call on it is made on the real array, and
/// the call's counterpart is added to the graph. One handler receives all calls of that interface
/// (two hundred), so an operator that has no counterpart is refused by its name, not by a general
/// sentence, and a new operator of the engine cannot slip through.
///
/// An array is either a *value* of the graph or, if it does not depend on an input, a *constant*,
/// which enters the graph when a value meets it.
final class TracedArray implements InvocationHandler {
  private final Tracer tracer;
  private final NDArray real;
  private final String label;
  private final NDArray array;
  private @Nullable String value;
  private final boolean constant;

  private TracedArray(Tracer tracer, NDArray real, @Nullable String value, String label) {
    this.tracer = tracer;
    this.real = real;
    this.value = value;
    this.constant = value == null;
    this.label = label;
    this.array =
        (NDArray)
            Proxy.newProxyInstance(
                TracedArray.class.getClassLoader(), new Class<?>[] {NDArray.class}, this);
  }

  static NDArray input(Tracer tracer, NDArray real, String value) {
    return new TracedArray(tracer, real, value, value).array;
  }

  static NDArray constant(Tracer tracer, NDArray real, String label) {
    return new TracedArray(tracer, real, null, label).array;
  }

  static boolean isTraced(@Nullable Object object) {
    return object != null
        && Proxy.isProxyClass(object.getClass())
        && Proxy.getInvocationHandler(object) instanceof TracedArray;
  }

  /// The handler of an array; a plain array becomes a constant.
  static TracedArray of(Tracer tracer, NDArray array) {
    return isTraced(array)
        ? (TracedArray) Proxy.getInvocationHandler(array)
        : new TracedArray(tracer, array, null, "constant");
  }

  /// Arguments with real arrays in the place of traced ones.
  static @Nullable Object[] plain(@Nullable Object[] arguments) {
    var plain = new @Nullable Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      plain[i] = plain(arguments[i]);
    }
    return plain;
  }

  private static @Nullable Object plain(@Nullable Object argument) {
    if (argument instanceof NDList list) {
      var reals = new NDList(list.size());
      list.forEach(element -> reals.add((NDArray) plain((Object) element)));
      return reals;
    }
    return isTraced(argument)
        ? ((TracedArray) Proxy.getInvocationHandler(argument)).real
        : argument;
  }

  NDArray array() {
    return array;
  }

  NDArray real() {
    return real;
  }

  boolean isConstant() {
    return constant;
  }

  /// The name by which nodes refer to this array.
  String reference() {
    if (value == null) {
      value = tracer.lift(label, real);
    }
    return value;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] given)
      throws Throwable {
    var arguments = given == null ? new @Nullable Object[0] : given;
    String name = method.getName();
    return switch (name) {
      case "equals" -> self == arguments[0];
      case "hashCode" -> System.identityHashCode(this);
      case "toString" -> "traced " + label + " " + real.getShape();
      case "getNDArrayInternal" -> internal();
      case "getManager" -> tracer.manager();
      case "getArray", "stopGradient", "duplicate", "toDevice" -> array;
      case "getResourceNDArrays" -> List.of(array);
      // The tracer owns the arrays and frees them when it is closed.
      case "attach", "detach", "tempAttach", "returnResource", "close", "setRequiresGradient" ->
          null;
      case "getShape",
          "getDataType",
          "getDevice",
          "getName",
          "setName",
          "getUid",
          "getSparseFormat",
          "isReleased",
          "hasGradient",
          "isSparse",
          "isScalar",
          "isEmpty",
          "size",
          "shapeEquals" ->
          Tracer.call(method, real, plain(arguments));
      default -> operate(self, method, arguments);
    };
  }

  private @Nullable Object operate(Object self, Method method, @Nullable Object[] arguments)
      throws Throwable {
    String name = method.getName();
    var type = method.getReturnType();
    if (!NDArray.class.isAssignableFrom(type) && type != NDList.class) {
      if (constant) {
        return Tracer.call(method, real, plain(arguments));
      }
      throw new UntraceableException(
          "'%s' reads or changes the values of %s %s, which depend on the input; a forward pass to be exported must stay in array operators (on the traced array, not on a plain one)"
              .formatted(name, label, real.getShape()));
    }
    if (arguments.length == 2 && arguments[1] instanceof NDIndex index && name.equals("get")) {
      return get(index);
    }
    if (method.isDefault() && !Operators.WHOLE.contains(name)) {
      return InvocationHandler.invokeDefault(self, method, arguments);
    }
    Object target =
        method.getDeclaringClass() == NDArrayEx.class ? real.getNDArrayInternal() : real;
    if (allConstant(arguments)) {
      Object result = Tracer.call(method, target, plain(arguments));
      return result instanceof NDList list
          ? new NDList(list.stream().map(a -> constant(tracer, a, label + "/" + name)).toList())
          : constant(tracer, (NDArray) result, label + "/" + name);
    }
    if (!Operators.NAMES.contains(name)) {
      throw new UntraceableException(
          "operator '%s' cannot be exported to ONNX (on %s %s); write it with exportable ones: %s"
              .formatted(name, label, real.getShape(), Operators.NAMES));
    }
    Object result = Tracer.call(method, target, plain(arguments));
    NDArray first = result instanceof NDList list ? list.head() : (NDArray) result;
    String noted = new Operators(tracer, this, name, arguments, first).note();
    var traced = new TracedArray(tracer, first, noted, name);
    tracer.calls().add(new Gradient.Call(this, name, arguments.clone(), traced));
    return result instanceof NDList ? new NDList(traced.array) : traced.array;
  }

  private NDArray get(NDIndex index) {
    var slicing = new Slicing(tracer, this, index);
    NDArray result = real.get(slicing.plainIndex());
    if (constant && slicing.isConstant()) {
      return constant(tracer, result, label + "/get");
    }
    var traced = new TracedArray(tracer, result, slicing.note(), "get");
    tracer.calls().add(new Gradient.Call(this, "get", new @Nullable Object[] {index}, traced));
    return traced.array;
  }

  private boolean allConstant(@Nullable Object[] arguments) {
    if (!constant) {
      return false;
    }
    var arrays = new ArrayList<NDArray>();
    for (var argument : arguments) {
      switch (argument) {
        case NDArray operand -> arrays.add(operand);
        case NDList list -> arrays.addAll(list);
        case null, default -> {}
      }
    }
    return arrays.stream().allMatch(a -> of(tracer, a).constant);
  }

  private NDArrayEx internal() {
    return (NDArrayEx)
        Proxy.newProxyInstance(
            TracedArray.class.getClassLoader(), new Class<?>[] {NDArrayEx.class}, this);
  }
}
