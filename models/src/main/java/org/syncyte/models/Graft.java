package org.syncyte.models;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.models.nn.CategoryBlock;
import org.syncyte.models.nn.TensorLayout;

/// The weights of a reference in a network that knows more categories.
///
/// A tensor of the larger network takes each slice of a category from the same category of the
/// reference, every other slice from the same place. What the reference does not have keeps its
/// fresh value: the columns, rows and entries of new categories.
///
///     reference   [ input | batch a b   | assay x y ]
///     larger      [ input | batch a b c | assay x y ]      c is fresh
///
/// Published behaviour appends what is new at the end of each axis, wherever it belongs; where one
/// covariate follows another the reference's columns then meet the wrong categories.
final class Graft {
  private Graft() {}

  /// @param atTheEnd as published
  /// @return all tensors of the larger network
  /// @throws IllegalArgumentException if the two differ in more than categories
  static StateDict of(Network reference, Network larger, boolean atTheEnd) {
    var theirs = new HashMap<String, TensorLayout>();
    reference.layout().forEach(tensor -> theirs.put(tensor.name(), tensor));
    var from = reference.state().tensors();
    var tensors = new LinkedHashMap<String, Tensor>();
    var fresh = larger.state().tensors();
    for (var tensor : larger.layout()) {
      var name = tensor.name();
      var old = theirs.get(name);
      var learned = from.get(name);
      var start = fresh.get(name);
      if (old == null || learned == null || start == null) {
        throw new IllegalArgumentException(
            "tensor '%s' is not in the reference; it holds another model".formatted(name));
      }
      tensors.put(
          name,
          learned instanceof Tensor.Floats(_, float[] known)
                  && start instanceof Tensor.Floats(_, float[] values)
              ? new Tensor.Floats(tensor.shape(), grown(tensor, values, old, known, atTheEnd))
              : learned);
    }
    return new StateDict(tensors);
  }

  private static float[] grown(
      TensorLayout tensor, float[] fresh, TensorLayout old, float[] known, boolean atTheEnd) {
    int axes = tensor.shape().length;
    if (axes != old.shape().length) {
      throw differs(tensor);
    }
    var sources = new ArrayList<int[]>();
    for (int axis = 0; axis < axes; axis++) {
      sources.add(atTheEnd ? sameIndex(tensor, old, axis) : sameCategory(tensor, old, axis));
    }
    var values = fresh.clone();
    var index = new int[axes];
    for (int i = 0; i < values.length; i++) {
      long at = 0;
      for (int axis = 0; axis < axes && at >= 0; axis++) {
        int source = sources.get(axis)[index[axis]];
        at = source < 0 ? -1 : at * old.shape()[axis] + source;
      }
      if (at >= 0) {
        values[i] = known[Math.toIntExact(at)];
      }
      for (int axis = axes - 1; axis >= 0 && ++index[axis] == tensor.shape()[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return values;
  }

  /// For each index of an axis that of the reference, or -1.
  private static int[] sameCategory(TensorLayout tensor, TensorLayout old, int axis) {
    var known = new HashMap<Map.Entry<String, String>, Integer>();
    of(old, axis).forEach((index, block) -> known.put(key(block), index));
    var blocks = of(tensor, axis);
    var others = others(old, axis);
    var source = new int[Math.toIntExact(tensor.shape()[axis])];
    int next = 0;
    for (int i = 0; i < source.length; i++) {
      var block = blocks.get(i);
      if (block != null) {
        source[i] = known.getOrDefault(key(block), -1);
      } else if (next < others.size()) {
        source[i] = others.get(next++);
      } else {
        throw differs(tensor);
      }
    }
    if (next != others.size()) {
      throw differs(tensor);
    }
    return source;
  }

  private static int[] sameIndex(TensorLayout tensor, TensorLayout old, int axis) {
    var source = new int[Math.toIntExact(tensor.shape()[axis])];
    for (int i = 0; i < source.length; i++) {
      source[i] = i < old.shape()[axis] ? i : -1;
    }
    return source;
  }

  private static Map<Integer, CategoryBlock> of(TensorLayout tensor, int axis) {
    var blocks = new HashMap<Integer, CategoryBlock>();
    for (var block : tensor.blocks()) {
      if (block.axis() == axis) {
        blocks.put(block.index(), block);
      }
    }
    return blocks;
  }

  /// Indices of an axis that belong to no category.
  private static List<Integer> others(TensorLayout tensor, int axis) {
    var blocks = of(tensor, axis);
    var others = new ArrayList<Integer>();
    for (int i = 0; i < tensor.shape()[axis]; i++) {
      if (!blocks.containsKey(i)) {
        others.add(i);
      }
    }
    return others;
  }

  private static Map.Entry<String, String> key(CategoryBlock block) {
    return Map.entry(block.covariate(), block.category());
  }

  private static IllegalArgumentException differs(TensorLayout tensor) {
    return new IllegalArgumentException(
        "tensor '%s' differs from the reference in more than categories; extend the reference's registry"
            .formatted(tensor.name()));
  }
}
