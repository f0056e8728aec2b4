package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/// `x Wᵀ + b`, with W of shape (out, in).
public record Linear(NDArray weight, NDArray bias) {
  public static Linear of(Weights weights, int in, int out) {
    return of(weights, in, out, List.of());
  }

  public static Linear of(Weights weights, int in, int out, List<CategoryBlock> blocks) {
    return new Linear(
        weights.parameter("weight", new Shape(out, in), Init.fanIn(in), blocks),
        weights.parameter("bias", new Shape(out), Init.fanIn(in)));
  }

  public NDArray apply(NDArray x) {
    return x.matMul(weight.transpose()).add(bias);
  }
}
