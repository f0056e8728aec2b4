package org.syncyte.models.likelihood;

import org.jspecify.annotations.Nullable;
import org.syncyte.models.engine.Compute;

/// Minus the log-likelihood of one cell's counts, and its gradient, from the decoder's raw output.
///
///     ρ = softmax(s + b)      μ = L ρ      T = θ + μ + ε
///     d = log(θ+ε) - log T    A = θ d - π  (π with its bias; without zero inflation there is none)
///
///     x = 0   log p = log (1 + e^A) - log (1 + e^-π)            σ(A), σ(-π) their slopes
///     x > 0   log p = A - log (1 + e^-π) + x (log(μ+ε) - log T) + lnΓ(x+θ) - lnΓ(θ) - lnΓ(x+1)
///
/// Most counts are zero, and for them lnΓ cancels: only the others need it. With h = -∂ log p / ∂μ
/// the gradient of s is μ h - ρ Σ μ h, and Σ μ h that of log L.
///
/// `ScalarKernel` is the definition, `VectorKernel` the same for 16 genes at a time.
sealed interface CountKernel permits ScalarKernel, VectorKernel {
  /// One cell. The logits are replaced by the gradient of minus the log-likelihood.
  ///
  /// @param scale logits of expression, without bias, `Genes.padded` long
  /// @param dropout logits of a forced zero, without bias; null without zero inflation
  /// @param counts `Genes.padded` long, zero beyond the genes
  /// @param library total that expression is scaled to, not its logarithm
  /// @param sums to which gradients of what all cells share are added
  void cell(float[] scale, float @Nullable [] dropout, float[] counts, float library, Sums sums);

  /// The quickest that this machine has, for one thread.
  static CountKernel of(Genes genes) {
    return Compute.vectors() ? new VectorKernel(genes) : new ScalarKernel(genes);
  }

  /// What cells add up.
  final class Sums {
    final float[] pxR;
    final float[] scaleBias;
    final float[] dropoutBias;

    /// Minus the log-likelihood of the last cell.
    double loss;

    /// Gradient of it with respect to the log of the last cell's library.
    double library;

    Sums(int length) {
      pxR = new float[length];
      scaleBias = new float[length];
      dropoutBias = new float[length];
    }

    void add(Sums other) {
      for (int g = 0; g < pxR.length; g++) {
        pxR[g] += other.pxR[g];
        scaleBias[g] += other.scaleBias[g];
        dropoutBias[g] += other.dropoutBias[g];
      }
    }
  }
}
