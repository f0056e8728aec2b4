package org.syncyte.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/// Standardises each feature over the minibatch while training, over running statistics otherwise.
///
/// Running values move by 1 % per step, the running variance towards the unbiased one, unless they
/// are kept.
public record BatchNorm(
    NDArray weight,
    NDArray bias,
    NDArray runningMean,
    NDArray runningVariance,
    NDArray batchesTracked,
    boolean keepsStatistics) {
  /// The part of a running value that a step keeps, which is how the engine counts momentum.
  private static final float KEPT = 0.99f;

  private static final float EPSILON = 1e-3f;

  public static BatchNorm of(Weights weights, int features) {
    var shape = new Shape(features);
    return new BatchNorm(
        weights.parameter("weight", shape, Init.ONES),
        weights.parameter("bias", shape, Init.ZEROS),
        weights.statistic("running_mean", shape, Init.ZEROS),
        weights.statistic("running_var", shape, Init.ONES),
        weights.counter("num_batches_tracked"),
        weights.keepsStatistics());
  }

  public NDArray apply(NDArray x, Pass pass) {
    if (!pass.training()) {
      return x.sub(runningMean).div(runningVariance.add(EPSILON).sqrt()).mul(weight).add(bias);
    }
    batchesTracked.addi(1L);
    return x.getNDArrayInternal()
        .batchNorm(
            x,
            runningMean,
            runningVariance,
            weight,
            bias,
            1,
            keepsStatistics ? 1 : KEPT,
            EPSILON,
            true)
        .head();
  }
}
