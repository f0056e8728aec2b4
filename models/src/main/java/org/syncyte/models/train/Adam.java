package org.syncyte.models.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.engine.Workers;

/// Adam with weight decay as an L2 term of the gradient.
///
///     g = gradient + decay · w
///     m = β₁ m + (1-β₁) g        v = β₂ v + (1-β₂) g²
///     w = w - lr · (m / (1-β₁ᵗ)) / (√v / √(1-β₂ᵗ) + ε)
///
/// ε is 0.01 by default, far above the usual 1e-8: the published models were trained so. The update
/// itself is `AdamStep`, which walks once through each parameter's memory. A parameter that no loss
/// reached is left alone, decay included.
///
/// Of a parameter that moves in some columns only, the gradient of the others is dropped and nothing
/// decays: what is frozen keeps its bits.
///
/// Kingma and Ba, 2015.
public final class Adam {
  /// Values that are worth a thread of their own.
  private static final long MANY = 1 << 15;

  private record Slot(
      PtNDArray weight, PtNDArray mean, PtNDArray square, @Nullable NDArray columns) {}

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
    this(arrays, parameters, _ -> null, learningRate, epsilon, weightDecay);
  }

  /// @param moving which columns of a parameter move, as 1 and 0, or null for all
  public Adam(
      NDManager arrays,
      Iterable<NDArray> parameters,
      Function<NDArray, float @Nullable []> moving,
      double learningRate,
      double epsilon,
      double weightDecay) {
    this.learningRate = learningRate;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    for (var parameter : parameters) {
      var columns = moving.apply(parameter);
      slots.add(
          new Slot(
              (PtNDArray) parameter,
              (PtNDArray) arrays.zeros(parameter.getShape()),
              (PtNDArray) arrays.zeros(parameter.getShape()),
              columns == null ? null : arrays.create(columns, new Shape(1, columns.length))));
    }
  }

  /// Sets the step of all updates to come.
  void learningRate(double rate) {
    learningRate = rate;
  }

  /// Moves every parameter that has a gradient, and forgets the gradients.
  public void step() {
    step++;
    double root = Math.sqrt(1 - Math.pow(AdamStep.BETA2, step));
    double rate = learningRate * root / (1 - Math.pow(AdamStep.BETA1, step));
    var update = new AdamStep((float) rate, (float) (epsilon * root), (float) weightDecay);
    var partial = new AdamStep((float) rate, (float) (epsilon * root), 0);
    for (var slot : slots) {
      try (var gradient = JniUtils.getGradient(slot.weight)) {
        if (gradient == null) {
          continue;
        }
        if (slot.columns != null) {
          gradient.muli(slot.columns);
        }
        move(
            slot.columns == null ? update : partial,
            new AdamStep.Memory(
                memory(slot.weight), memory(gradient), memory(slot.mean), memory(slot.square)));
      }
    }
  }

  private static void move(AdamStep update, AdamStep.Memory memory) {
    long size = memory.size();
    int parts = (int) Math.clamp(size / MANY, 1, Compute.threads());
    Workers.share(
        parts,
        part ->
            update.move(memory, size * part / parts, size * (part + 1) / parts, Compute.vectors()));
  }

  private static MemorySegment memory(PtNDArray array) {
    return MemorySegment.ofBuffer(JniUtils.getByteBuffer(array, true));
  }
}
