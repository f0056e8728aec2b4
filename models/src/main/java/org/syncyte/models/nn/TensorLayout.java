package org.syncyte.models.nn;

import java.util.Arrays;
import java.util.List;

/// Name, shape and purpose of one tensor of a model.
public record TensorLayout(String name, long[] shape, Role role, List<CategoryBlock> blocks) {
  public TensorLayout {
    shape = shape.clone();
    blocks = List.copyOf(blocks);
  }

  /// Number of values.
  public long size() {
    long size = 1;
    for (long side : shape) {
      size *= side;
    }
    return size;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorLayout that
        && name.equals(that.name)
        && Arrays.equals(shape, that.shape)
        && role == that.role
        && blocks.equals(that.blocks);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
