package org.syncyte.worker.site;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.federation.Block;
import org.syncyte.federation.Layout;

/// What of a trained model leaves the site, element by element.
///
/// A block (the slice of a tensor that belongs to one category) leaves only if its weight key is
/// among those sent; every other block of the update is zero, so neither a private column nor the
/// weight decay of a foreign one is in the bytes. Dead and fixed tensors are not sent at all.
final class Columns {
  private Columns() {}

  /// A training came to a number that is not finite.
  static final class NonFinite extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    NonFinite(String tensor) {
      super("tensor '" + tensor + "' is not finite after training");
    }
  }

  /// after - before, for shared elements and the blocks sent.
  ///
  /// @param sent weight keys of the blocks that leave
  static StateDict difference(Layout layout, StateDict before, StateDict after, Set<String> sent) {
    var update = new LinkedHashMap<String, Tensor>();
    for (var entry : layout.tensors()) {
      var old = before.tensors().get(entry.name());
      var now = after.tensors().get(entry.name());
      switch (entry.role()) {
        case DEAD, FIXED -> {}
        case TRAINED, STATISTIC -> {
          if (!(old instanceof Tensor.Floats(var _, var from))
              || !(now instanceof Tensor.Floats(var shape, var to))) {
            throw new IllegalStateException(entry.name() + " is not of floats");
          }
          var moved = new float[to.length];
          for (int i = 0; i < moved.length; i++) {
            moved[i] = to[i] - from[i];
            if (!Float.isFinite(moved[i])) {
              throw new NonFinite(entry.name());
            }
          }
          clear(entry, moved, block -> !sent.contains(block.weightKey()));
          update.put(entry.name(), new Tensor.Floats(shape, moved));
        }
        case COUNTER -> {
          if (old instanceof Tensor.Longs(var _, var from)
              && now instanceof Tensor.Longs(var shape, var to)) {
            var steps = new long[to.length];
            for (int i = 0; i < steps.length; i++) {
              steps[i] = to[i] - from[i];
            }
            update.put(entry.name(), new Tensor.Longs(shape, steps));
          }
        }
      }
    }
    return new StateDict(update);
  }

  /// Only the tensors that have one of these blocks.
  static StateDict holding(Layout layout, StateDict state, Set<String> keys) {
    var kept = new LinkedHashMap<String, Tensor>();
    for (var entry : layout.tensors()) {
      if (entry.blocks().stream().anyMatch(block -> keys.contains(block.weightKey()))) {
        kept.put(entry.name(), tensor(state, entry.name()));
      }
    }
    return new StateDict(kept);
  }

  /// The state with these blocks taken from `own`.
  static StateDict overlay(Layout layout, StateDict state, StateDict own, Set<String> keys) {
    var result = new LinkedHashMap<>(state.tensors());
    for (var entry : layout.tensors()) {
      if (own.tensors().get(entry.name()) instanceof Tensor.Floats(var _, var mine)
          && state.tensors().get(entry.name()) instanceof Tensor.Floats(var shape, var shared)) {
        var mixed = shared.clone();
        each(
            entry,
            block -> keys.contains(block.weightKey()),
            (from, length) -> System.arraycopy(mine, from, mixed, from, length));
        result.put(entry.name(), new Tensor.Floats(shape, mixed));
      }
    }
    return new StateDict(result);
  }

  /// The state with the chosen blocks set to zero.
  static StateDict without(Layout layout, StateDict state, Predicate<Block> chosen) {
    var result = new LinkedHashMap<>(state.tensors());
    for (var entry : layout.tensors()) {
      if (!entry.blocks().isEmpty()
          && state.tensors().get(entry.name()) instanceof Tensor.Floats(var shape, var values)) {
        var cleared = values.clone();
        clear(entry, cleared, chosen);
        result.put(entry.name(), new Tensor.Floats(shape, cleared));
      }
    }
    return new StateDict(result);
  }

  /// Whether every element of the blocks under that key is the same, bit for bit, in both states.
  static boolean same(Layout layout, StateDict one, StateDict other, String key) {
    var differs = new boolean[1];
    for (var entry : layout.tensors()) {
      if (one.tensors().get(entry.name()) instanceof Tensor.Floats(var _, var a)
          && other.tensors().get(entry.name()) instanceof Tensor.Floats(var _, var b)) {
        each(
            entry,
            block -> block.weightKey().equals(key),
            (from, length) -> {
              for (int i = from; i < from + length; i++) {
                differs[0] |= Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i]);
              }
            });
      }
    }
    return !differs[0];
  }

  private static void clear(Layout.Entry entry, float[] values, Predicate<Block> chosen) {
    each(entry, chosen, (from, length) -> java.util.Arrays.fill(values, from, from + length, 0f));
  }

  @FunctionalInterface
  private interface Span {
    void at(int from, int length);
  }

  private static void each(Layout.Entry entry, Predicate<Block> chosen, Span span) {
    for (var block : entry.blocks()) {
      if (!chosen.test(block)) {
        continue;
      }
      int inner = 1;
      for (int axis = block.axis() + 1; axis < entry.shape().size(); axis++) {
        inner *= Math.toIntExact(entry.shape().get(axis));
      }
      int side = Math.toIntExact(entry.shape().get(block.axis()));
      int outer = Math.toIntExact(entry.size() / ((long) inner * side));
      for (int o = 0; o < outer; o++) {
        span.at((o * side + block.index()) * inner, inner);
      }
    }
  }

  private static Tensor tensor(StateDict state, String name) {
    var tensor = state.tensors().get(name);
    if (tensor == null) {
      throw new IllegalStateException("the model has no tensor " + name);
    }
    return tensor;
  }

  /// Number of elements, for a preview of sizes.
  static long elements(Map<String, Tensor> tensors) {
    long total = 0;
    for (var tensor : tensors.values()) {
      total +=
          switch (tensor) {
            case Tensor.Floats floats -> floats.values().length;
            case Tensor.Longs longs -> longs.values().length;
          };
    }
    return total;
  }
}
