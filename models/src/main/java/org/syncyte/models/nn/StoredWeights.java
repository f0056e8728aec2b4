package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;

/// Reads weights from a saved state; a missing or mis-shaped tensor is an error.
public record StoredWeights(NDManager manager, StateDict state) implements WeightSource {
  @Override
  public NDArray tensor(String name, Shape shape, Init init, Role role) {
    var tensor = state.tensors().get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "tensor '%s' is missing; the file does not hold this model".formatted(name));
    }
    if (!Arrays.equals(tensor.shape(), shape.getShape())) {
      throw new IllegalArgumentException(
          "tensor '%s' has shape %s, the model needs %s; check the constructor arguments and the registry"
              .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape.getShape())));
    }
    return switch (tensor) {
      case Tensor.Floats floats when role != Role.COUNTER -> manager.create(floats.values(), shape);
      case Tensor.Longs longs when role == Role.COUNTER -> manager.create(longs.values(), shape);
      default ->
          throw new IllegalArgumentException(
              "tensor '%s' holds %s; the model needs %s"
                  .formatted(
                      name,
                      tensor instanceof Tensor.Floats ? "floats" : "whole numbers",
                      role == Role.COUNTER ? "whole numbers" : "floats"));
    };
  }

  @Override
  public NDArray constant(long[] values, Shape shape) {
    return manager.create(values, shape);
  }

  /// Refuses tensors of the state that the model did not ask for.
  public void refuseUnused(Weights weights) {
    for (var name : state.tensors().keySet()) {
      if (!weights.arrays().containsKey(name)) {
        throw new IllegalArgumentException(
            "tensor '%s' is not part of the model; the file holds another one".formatted(name));
      }
    }
  }
}
