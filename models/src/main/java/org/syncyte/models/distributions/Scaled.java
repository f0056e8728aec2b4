package org.syncyte.models.distributions;

import ai.djl.ndarray.NDArray;

/// Arrays times a number, safe under gradients.
///
/// The gradient of a product needs both factors, and the engine remembers where they lie. An
/// array's own `mul(Number)` frees its number as soon as the product is made: if garbage is
/// collected before the gradient is taken, the gradient is that of another number. Here the number
/// lives as long as the array's scope.
public final class Scaled {
  private Scaled() {}

  public static NDArray by(NDArray x, float factor) {
    return x.mul(x.getManager().create(factor));
  }

  /// Whole numbers times a whole number.
  public static NDArray by(NDArray x, long factor) {
    return x.mul(x.getManager().create(factor));
  }
}
