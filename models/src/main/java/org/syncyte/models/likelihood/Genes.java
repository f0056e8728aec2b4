package org.syncyte.models.likelihood;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a likelihood reads of the genes, the same for every cell.
///
/// Arrays are longer than there are genes, by less than `LANES`, so that a kernel may work on whole
/// groups of genes; what lies beyond the genes is neutral.
///
/// @param count number of genes
/// @param theta inverse dispersion
/// @param logTheta log(θ + ε)
/// @param scaleBias bias of the logits of expression, -∞ beyond the genes
/// @param dropoutBias bias of the logits of a forced zero; null without zero inflation
record Genes(
    int count, float[] theta, float[] logTheta, float[] scaleBias, float @Nullable [] dropoutBias) {
  static final int LANES = 16;
  static final float EPSILON = 1e-8f;

  /// @param pxR log of θ
  static Genes of(float[] pxR, float[] scaleBias, float @Nullable [] dropoutBias) {
    int count = pxR.length;
    int length = padded(count);
    var theta = new float[length];
    var logTheta = new float[length];
    for (int g = 0; g < length; g++) {
      theta[g] = g < count ? (float) Math.exp(pxR[g]) : 1;
      logTheta[g] = (float) Math.log(theta[g] + (double) EPSILON);
    }
    var bias = Arrays.copyOf(scaleBias, length);
    Arrays.fill(bias, count, length, Float.NEGATIVE_INFINITY);
    return new Genes(
        count,
        theta,
        logTheta,
        bias,
        dropoutBias == null ? null : Arrays.copyOf(dropoutBias, length));
  }

  static int padded(int count) {
    return (count + LANES - 1) / LANES * LANES;
  }
}
