package org.syncyte.models.likelihood;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.engine.Workers;
import org.syncyte.models.nn.Gradients;
import org.syncyte.models.nn.Linear;

/// The likelihood of counts given the decoder's hidden layer, with gradients of its own.
///
///     s = h Wₛᵀ + bₛ     π = h W_πᵀ + b_π     then `CountKernel`, cell by cell
///
/// Recorded operation by operation, this is most of the time of a training step: some twenty arrays of
/// (cells, genes) are made and dropped, and lnΓ is taken of counts that are zero. Here the two arrays of
/// logits are overwritten by their gradients. What is left for the engine are products of matrices.
///
/// Rows are dealt out to as many threads as the engine has, in order, and sums are added in that order.
public final class FusedCounts {
  private final Linear scale;
  private final @Nullable Linear dropout;
  private final NDArray pxR;
  private final Gradients gradients;

  /// @param dropout null without zero inflation
  /// @param pxR log of the inverse dispersion of each gene
  /// @param gradients to which those of the parameters go
  public FusedCounts(Linear scale, @Nullable Linear dropout, NDArray pxR, Gradients gradients) {
    this.scale = scale;
    this.dropout = dropout;
    this.pxR = pxR;
    this.gradients = gradients;
  }

  /// Minus the log-likelihood of each cell, (cells), through which gradients flow to `hidden`.
  ///
  /// @param latentLibrary whether they flow to `logLibrary` as well; an observed one may be -∞
  public NDArray surprise(
      NDArray hidden, NDArray counts, NDArray logLibrary, boolean latentLibrary) {
    var arrays = hidden.getManager();
    int cells = Math.toIntExact(hidden.getShape().get(0));
    var h = hidden.stopGradient();
    var l = logLibrary.stopGradient();
    NDArray values;
    NDArray ofHidden;
    NDArray ofLibrary;
    try (var _ = Compute.recording(false)) {
      var s = h.matMul(scale.weight().transpose());
      var p = dropout == null ? null : h.matMul(dropout.weight().transpose());
      var run = new Run(cells, l.exp().toFloatArray());
      run.all(memory(s), p == null ? null : memory(p), memory(counts));
      float share = 1f / cells;
      var part = h.mul(arrays.create(share));
      gradients.give(pxR, run.sum(arrays, run.total.pxR, share));
      gradients.give(scale.bias(), run.sum(arrays, run.total.scaleBias, share));
      gradients.give(scale.weight(), s.transpose().matMul(part));
      ofHidden = s.matMul(scale.weight());
      if (dropout != null && p != null) {
        gradients.give(dropout.bias(), run.sum(arrays, run.total.dropoutBias, share));
        gradients.give(dropout.weight(), p.transpose().matMul(part));
        ofHidden = ofHidden.add(p.matMul(dropout.weight()));
      }
      values = arrays.create(run.losses);
      ofLibrary = arrays.create(run.libraries, new Shape(cells, 1));
    }
    // Nothing is added but the slopes.
    int[] last = {-1};
    var sloped = values.add(hidden.sub(h).mul(ofHidden).sum(last));
    return latentLibrary ? sloped.add(logLibrary.sub(l).mul(ofLibrary).sum(last)) : sloped;
  }

  private static MemorySegment memory(NDArray array) {
    return MemorySegment.ofBuffer(JniUtils.getByteBuffer((PtNDArray) array, true));
  }

  /// The cells of one minibatch.
  private final class Run {
    private final int cells;
    private final float[] library;
    private final Genes genes;
    private final float[] losses;
    private final float[] libraries;
    private CountKernel.Sums total;

    Run(int cells, float[] library) {
      this.cells = cells;
      this.library = library;
      genes =
          Genes.of(
              pxR.toFloatArray(),
              scale.bias().toFloatArray(),
              dropout == null ? null : dropout.bias().toFloatArray());
      losses = new float[cells];
      libraries = new float[cells];
      total = new CountKernel.Sums(genes.theta().length);
    }

    void all(MemorySegment s, @Nullable MemorySegment p, MemorySegment x) {
      int parts = Math.min(Compute.threads(), cells);
      var sums = new CountKernel.Sums[parts];
      Workers.share(
          parts,
          part -> {
            sums[part] = new CountKernel.Sums(genes.theta().length);
            rows(cells * part / parts, cells * (part + 1) / parts, s, p, x, sums[part]);
          });
      total = sums[0];
      for (int part = 1; part < parts; part++) {
        total.add(sums[part]);
      }
    }

    private void rows(
        int from,
        int to,
        MemorySegment s,
        @Nullable MemorySegment p,
        MemorySegment x,
        CountKernel.Sums sums) {
      var kernel = CountKernel.of(genes);
      int n = genes.count();
      int length = genes.theta().length;
      var row = new float[length];
      var counts = new float[length];
      var logits = p == null ? null : new float[length];
      for (int cell = from; cell < to; cell++) {
        long offset = (long) cell * n * Float.BYTES;
        MemorySegment.copy(s, ValueLayout.JAVA_FLOAT, offset, row, 0, n);
        MemorySegment.copy(x, ValueLayout.JAVA_FLOAT, offset, counts, 0, n);
        if (p != null && logits != null) {
          MemorySegment.copy(p, ValueLayout.JAVA_FLOAT, offset, logits, 0, n);
        }
        kernel.cell(row, logits, counts, library[cell], sums);
        losses[cell] = (float) sums.loss;
        libraries[cell] = (float) sums.library;
        MemorySegment.copy(row, 0, s, ValueLayout.JAVA_FLOAT, offset, n);
        if (p != null && logits != null) {
          MemorySegment.copy(logits, 0, p, ValueLayout.JAVA_FLOAT, offset, n);
        }
      }
    }

    private NDArray sum(NDManager arrays, float[] values, float share) {
      var scaled = new float[genes.count()];
      for (int g = 0; g < scaled.length; g++) {
        scaled[g] = values[g] * share;
      }
      return arrays.create(scaled);
    }
  }
}
