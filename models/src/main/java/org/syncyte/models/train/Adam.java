package org.syncyte.models.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/// Adam with weight decay as an L2 term of the gradient.
///
///     g = gradient + decay · w
///     m = β₁ m + (1-β₁) g        v = β₂ v + (1-β₂) g²
///     w = w - lr · (m / (1-β₁ᵗ)) / (√v / √(1-β₂ᵗ) + ε)
///
/// ε is 0.01 by default, far above the usual 1e-8: the published models were trained so. The engine's
/// update knows no bias correction of its own, so it is given lr √(1-β₂ᵗ)/(1-β₁ᵗ) and ε √(1-β₂ᵗ),
/// which is the same number. A parameter that no loss reached is left alone, decay included.
///
/// Kingma and Ba, 2015.
public final class Adam {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  private record Slot(PtNDArray weight, PtNDArray mean, PtNDArray square) {}

  private final List<Slot> slots = new ArrayList<>();
  private double learningRate;
  private final double epsilon;
  private final double weightDecay;
  private int step;

  /// @param arrays scope in which the moments live
  /// @param parameters arrays that require gradients
  public Adam(
      NDManager arrays,
      Iterable<NDArray> parameters,
      double learningRate,
      double epsilon,
      double weightDecay) {
    this.learningRate = learningRate;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    for (var parameter : parameters) {
      slots.add(
          new Slot(
              (PtNDArray) parameter,
              (PtNDArray) arrays.zeros(parameter.getShape()),
              (PtNDArray) arrays.zeros(parameter.getShape())));
    }
  }

  /// Sets the step of all updates to come.
  void learningRate(double rate) {
    learningRate = rate;
  }

  /// Moves every parameter that has a gradient, and forgets the gradients.
  public void step() {
    step++;
    double root = Math.sqrt(1 - Math.pow(BETA2, step));
    float rate = (float) (learningRate * root / (1 - Math.pow(BETA1, step)));
    for (var slot : slots) {
      try (var gradient = JniUtils.getGradient(slot.weight)) {
        if (gradient == null) {
          continue;
        }
        JniUtils.adamUpdate(
            slot.weight,
            gradient,
            slot.mean,
            slot.square,
            rate,
            rate,
            (float) weightDecay,
            1,
            -1,
            (float) BETA1,
            (float) BETA2,
            (float) (epsilon * root),
            false);
        JniUtils.zeroGrad(slot.weight);
      }
    }
  }
}
