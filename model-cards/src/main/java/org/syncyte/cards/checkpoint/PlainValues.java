package org.syncyte.cards.checkpoint;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.Pickled.Bytes;
import org.syncyte.cards.checkpoint.Pickled.Call;
import org.syncyte.cards.checkpoint.Pickled.Dict;
import org.syncyte.cards.checkpoint.Pickled.Global;
import org.syncyte.cards.checkpoint.Pickled.Storage;
import org.syncyte.cards.checkpoint.Pickled.Tuple;

/// From what a pickle describes to the plain values of a `SavedModel`.
///
/// A pickle is a graph, plain values are a tree. A part that the file shares is shared here too,
/// but it counts as often as it is used, so that a page of doubling lists cannot stand for a
/// terabyte; a part that contains itself is refused.
final class PlainValues {
  private static final int MAX_DEPTH = 200;
  private static final long MAX_NODES = 8_000_000;

  private record Sized(@Nullable Object value, long nodes) {}

  private final TensorReader tensors;
  private final NumpyArrays arrays;
  private final Map<Object, Sized> done = new IdentityHashMap<>();
  private final Map<Object, Boolean> open = new IdentityHashMap<>();
  private long nodes;

  PlainValues(TensorReader tensors, Budget budget) {
    this.tensors = tensors;
    this.arrays = new NumpyArrays(budget);
  }

  /// The plain form. Python objects without one become `Opaque`.
  @Nullable Object of(@Nullable Object value) throws IOException {
    return of(value, 0);
  }

  private @Nullable Object of(@Nullable Object value, int depth) throws IOException {
    if (value == null
        || value instanceof Long
        || value instanceof Double
        || value instanceof Boolean) {
      count(1);
      return value;
    }
    if (value instanceof String text) {
      count(1 + text.length() / 64);
      return text;
    }
    var known = done.get(value);
    if (known != null) {
      count(known.nodes);
      return known.value;
    }
    if (depth > MAX_DEPTH) {
      throw new CheckpointException(
          "values are nested more than %d deep; the file is hostile".formatted(MAX_DEPTH));
    }
    if (open.put(value, true) != null) {
      throw new CheckpointException("a value contains itself; saved models do not do that");
    }
    long before = nodes;
    count(1);
    var plain = compound(value, depth + 1);
    open.remove(value);
    done.put(value, new Sized(plain, nodes - before));
    return plain;
  }

  private @Nullable Object compound(Object value, int depth) throws IOException {
    return switch (value) {
      case Tuple(var items) -> list(items, depth);
      case List<?> items -> list(items, depth);
      case Dict dict -> map(dict, depth);
      case Bytes(var data) -> new String(data, StandardCharsets.ISO_8859_1);
      case Global global -> new Opaque(global.toString(), null);
      case BigInteger big -> new Opaque("int", big.toString());
      case Storage storage -> new Opaque(storage.type().toString(), null);
      case Call call -> object(call, depth);
      default -> throw new CheckpointException("a value of an unknown kind");
    };
  }

  private List<@Nullable Object> list(List<?> items, int depth) throws IOException {
    var plain = new ArrayList<@Nullable Object>(items.size());
    for (var item : items) {
      plain.add(of(item, depth));
    }
    return Collections.unmodifiableList(plain);
  }

  private Map<String, @Nullable Object> map(Dict dict, int depth) throws IOException {
    var plain = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < dict.keys.size(); i++) {
      plain.put(key(dict.keys.get(i), depth), of(dict.values.get(i), depth));
    }
    return Collections.unmodifiableMap(plain);
  }

  private String key(@Nullable Object key, int depth) throws IOException {
    return switch (of(key, depth)) {
      case String text -> text;
      case Long number -> number.toString();
      case Double number -> number.toString();
      case Boolean truth -> truth ? "True" : "False";
      case null -> "None";
      default -> throw new CheckpointException("a dictionary has a key that is not a plain value");
    };
  }

  private @Nullable Object object(Call call, int depth) throws IOException {
    var tensor = tensors.read(call);
    if (tensor != null) {
      return tensor;
    }
    if (NumpyArrays.isArray(call) || NumpyArrays.isBuffer(call)) {
      return switch (NumpyArrays.isArray(call) ? arrays.array(call) : arrays.buffer(call)) {
        case Tensor numbers -> numbers;
        case NumpyArrays.Items(var shape, var items) -> nest(list(items, depth), shape, 0, 0);
        case null, default -> new Opaque("numpy.ndarray", null);
      };
    }
    if (NumpyArrays.isScalar(call)) {
      var scalar = arrays.scalar(call);
      return scalar == null ? new Opaque("numpy.generic", null) : scalar;
    }
    if (call.target.toString().equals("torch.Size") && call.args.size() == 1) {
      return of(call.args.getFirst(), depth);
    }
    if (call.target.toString().equals("torch.device") && !call.args.isEmpty()) {
      return of(call.args.getFirst(), depth);
    }
    if (HistoryTables.isFrame(call)) {
      var table = new HistoryTables(this, depth).read(call);
      return table == null ? new Opaque(call.target.toString(), null) : table;
    }
    boolean constraint = call.target.module().equals("torch.distributions.constraints");
    return new Opaque(call.target.toString(), constraint ? of(call.state, depth) : null);
  }

  /// For readers of parts of a value.
  @Nullable Object part(@Nullable Object value, int depth) throws IOException {
    return of(value, depth + 1);
  }

  private static @Nullable Object nest(
      List<@Nullable Object> flat, long[] shape, int axis, int start) {
    if (shape.length == 0) {
      return flat.isEmpty() ? null : flat.getFirst();
    }
    if (axis == shape.length - 1) {
      return flat.size() == shape[axis] ? flat : flat.subList(start, start + (int) shape[axis]);
    }
    int step = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      step *= (int) shape[i];
    }
    var rows = new ArrayList<@Nullable Object>();
    for (int i = 0; i < shape[axis] && step > 0; i++) {
      rows.add(nest(flat, shape, axis + 1, start + i * step));
    }
    return Collections.unmodifiableList(rows);
  }

  private void count(long more) {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw new CheckpointException(
          "the values of the file are more than %d; it is hostile, or no model"
              .formatted(MAX_NODES));
    }
  }
}
