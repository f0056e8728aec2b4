package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/// Gradients that a part of a model works out itself, for the parameters it read.
///
/// They are those of the mean over the cells of a minibatch, which is what training minimises.
/// Whoever takes the engine's gradients of that mean adds these to them.
public final class Gradients {
  private record Given(PtNDArray parameter, PtNDArray gradient) {}

  private final List<Given> given = new ArrayList<>();

  public void give(NDArray parameter, NDArray gradient) {
    given.add(new Given((PtNDArray) parameter, (PtNDArray) gradient));
  }

  /// Adds what was given to the gradients of the parameters that have one.
  public void add() {
    for (var one : given) {
      if (JniUtils.requiresGrad(one.parameter)) {
        JniUtils.backward(one.parameter, one.gradient, false, false);
      }
    }
  }
}
