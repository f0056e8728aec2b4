package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;

/// Standardises each cell over its features; has no weights.
public final class LayerNorm {
  private static final float EPSILON = 1e-5f;
  private static final int[] LAST = {-1};

  private LayerNorm() {}

  public static NDArray apply(NDArray x) {
    var centred = x.sub(x.mean(LAST, true));
    return centred.div(centred.square().mean(LAST, true).add(EPSILON).sqrt());
  }
}
