package org.syncyte.federation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.StateDict;

/// Which tensors a run has, what each is for, and which of their slices belong to categories. Every
/// site derives it from the manifest alone; all must reach the same bytes.
///
/// Canonical JSON: `{"tensors":[{"blocks":[{"axis":1,"category":"a/x","covariate":"batch",
/// "index":128}],"name":"...","role":"TRAINED","shape":[128,2000]}]}`, in the order of the model's
/// file. Blocks of one tensor share one axis and never overlap.
public record Layout(List<Entry> tensors) {
  private static final int MAX_TENSORS = 100_000;

  /// What becomes of a tensor in an aggregation.
  public enum Role {
    /// moved by training: averaged, and every update must hold it
    TRAINED,
    /// running statistics: averaged where updates hold them
    STATISTIC,
    /// counts steps: the greatest value stays
    COUNTER,
    /// set once, never sent
    FIXED,
    /// without gradient in this configuration, never sent
    DEAD
  }

  /// @param name published name
  /// @param shape sides, empty for a scalar
  /// @param role what becomes of it
  /// @param blocks slices that belong to categories
  public record Entry(String name, List<Long> shape, Role role, List<Block> blocks) {
    public Entry {
      shape = List.copyOf(shape);
      blocks = List.copyOf(blocks);
      size(shape);
      var indices = new HashSet<Integer>();
      for (Block block : blocks) {
        if (block.axis() != blocks.getFirst().axis()
            || block.axis() >= shape.size()
            || block.index() >= shape.get(block.axis())
            || !indices.add(block.index())) {
          throw new IllegalArgumentException(
              "layout: tensor '%s' of shape %s cannot have %s: blocks share one axis, lie inside and"
                      .formatted(name, shape, block)
                  + " do not overlap");
        }
      }
    }

    public long size() {
      return size(shape);
    }

    private static long size(List<Long> shape) {
      long size = 1;
      for (long side : shape) {
        if (side < 0) {
          throw new IllegalArgumentException("layout: a side of %d cannot be".formatted(side));
        }
        try {
          size = Math.multiplyExact(size, side);
        } catch (ArithmeticException _) {
          throw new IllegalArgumentException("layout: shape %s is too large".formatted(shape));
        }
      }
      return size;
    }
  }

  public Layout {
    tensors = List.copyOf(tensors);
    var names = new HashSet<String>();
    for (Entry entry : tensors) {
      if (!names.add(entry.name())) {
        throw new IllegalArgumentException(
            "layout: tensor '%s' is there twice".formatted(entry.name()));
      }
    }
  }

  /// @throws IllegalArgumentException if the model lacks a tensor, has one more, or another shape
  public void check(StateDict model) {
    if (model.tensors().size() != tensors.size()) {
      throw new IllegalArgumentException(
          "the model has %d tensors, its layout %d"
              .formatted(model.tensors().size(), tensors.size()));
    }
    for (Entry entry : tensors) {
      var tensor = model.tensors().get(entry.name());
      if (tensor == null) {
        throw new IllegalArgumentException("the model lacks tensor '%s'".formatted(entry.name()));
      }
      check(entry, tensor.shape());
    }
  }

  static void check(Entry entry, long[] shape) {
    if (!Arrays.equals(shape, entry.shape().stream().mapToLong(Long::longValue).toArray())) {
      throw new IllegalArgumentException(
          "tensor '%s' has shape %s, its layout says %s"
              .formatted(entry.name(), Arrays.toString(shape), entry.shape()));
    }
  }

  /// Canonical bytes.
  public byte[] json() {
    var list = new ArrayList<Object>();
    for (Entry entry : tensors) {
      var blocks = new ArrayList<Object>();
      for (Block block : entry.blocks()) {
        blocks.add(
            Map.of(
                "axis", block.axis(),
                "index", block.index(),
                "covariate", block.covariate(),
                "category", block.category()));
      }
      list.add(
          Map.of(
              "name", entry.name(),
              "shape", entry.shape(),
              "role", entry.role().name(),
              "blocks", blocks));
    }
    return Canonical.bytes(Map.of("tensors", list));
  }

  /// @throws IllegalArgumentException if the bytes are no layout
  public static Layout parse(byte[] json) {
    if (!(Canonical.object(json).get("tensors") instanceof List<?> list)
        || list.size() > MAX_TENSORS) {
      throw bad(null);
    }
    var tensors = new ArrayList<Entry>(list.size());
    for (Object item : list) {
      if (!(item instanceof Map<?, ?> map)
          || !(map.get("name") instanceof String name)
          || !(map.get("role") instanceof String role)
          || !(map.get("shape") instanceof List<?> sides)
          || !(map.get("blocks") instanceof List<?> blocks)) {
        throw bad(item);
      }
      var shape = new ArrayList<Long>();
      for (Object side : sides) {
        if (!(side instanceof Long length)) {
          throw bad(side);
        }
        shape.add(length);
      }
      tensors.add(new Entry(name, shape, role(role), blocks(blocks)));
    }
    return new Layout(tensors);
  }

  private static Role role(String name) {
    for (Role role : Role.values()) {
      if (role.name().equals(name)) {
        return role;
      }
    }
    throw bad(name);
  }

  private static List<Block> blocks(List<?> list) {
    var blocks = new ArrayList<Block>();
    for (Object item : list) {
      if (!(item instanceof Map<?, ?> map)
          || !(map.get("axis") instanceof Long axis)
          || !(map.get("index") instanceof Long index)
          || !(map.get("covariate") instanceof String covariate)
          || !(map.get("category") instanceof String category)
          || index > Integer.MAX_VALUE
          || axis > 1) {
        throw bad(item);
      }
      blocks.add(new Block(axis.intValue(), index.intValue(), covariate, category));
    }
    return blocks;
  }

  private static IllegalArgumentException bad(@Nullable Object item) {
    return new IllegalArgumentException(
        "not a layout: it lists tensors with name, shape, role and blocks"
            + (item == null ? "" : ", not " + item));
  }
}
