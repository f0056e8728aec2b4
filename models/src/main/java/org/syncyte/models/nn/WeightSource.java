package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/// Where the tensors of a model come from: drawn, read from a file, or recorded for export.
public interface WeightSource {
  /// The tensor of that name; float32, int64 for `Role.COUNTER`.
  ///
  /// @throws IllegalArgumentException if the source has no tensor of that name and shape
  NDArray tensor(String name, Shape shape, Init init, Role role);

  /// A constant of the architecture, int64; it is not part of the model's state.
  NDArray constant(long[] values, Shape shape);
}
