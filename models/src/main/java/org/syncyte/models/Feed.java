package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.anndata.loader.StoredPosterior;
import org.syncyte.models.distributions.Normal;

/// Turns minibatches into arrays.
///
/// A value of NaN stands for one that was not measured. Counts are spread into one buffer that is
/// used again for the next minibatch: arrays of one minibatch are void once the next is loaded. For
/// one thread.
public final class Feed {
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  public Batch load(Minibatch cells, NDManager arrays) {
    int n = cells.size();
    var column = new Shape(n, 1);
    var categorical = new ArrayList<NDArray>();
    int[] codes = cells.categorical();
    if (codes != null) {
      int width = codes.length / n;
      for (int c = 0; c < width; c++) {
        var one = new long[n];
        for (int i = 0; i < n; i++) {
          one[i] = codes[i * width + c];
        }
        categorical.add(arrays.create(one, column));
      }
    }
    float[] continuous = cells.continuous();
    float[] sizeFactor = cells.sizeFactor();
    float[] proteins = cells.proteins();
    int[] panel = cells.panel();
    var counts = cells.counts();
    var measured = measured(counts, arrays);
    return new Batch(
        dense(counts, arrays),
        arrays.create(longs(cells.batch()), column),
        arrays.create(longs(cells.labels()), column),
        sizeFactor == null ? null : arrays.create(sizeFactor, column),
        List.copyOf(categorical),
        continuous == null ? null : arrays.create(continuous, new Shape(n, continuous.length / n)),
        proteins == null ? null : arrays.create(proteins, new Shape(n, proteins.length / n)),
        panel == null ? null : arrays.create(longs(panel), column),
        measured,
        stored(cells.stored(), arrays));
  }

  /// 0 where a value is NaN, which says that it was not measured, else 1; null when all were.
  private static @Nullable NDArray measured(Csr values, NDManager arrays) {
    float[] mask = null;
    for (int r = 0; r < values.rows(); r++) {
      for (int k = (int) values.indptr()[r]; k < values.indptr()[r + 1]; k++) {
        if (Float.isNaN(values.values()[k])) {
          if (mask == null) {
            mask = new float[Math.multiplyExact(values.rows(), values.columns())];
            Arrays.fill(mask, 1);
          }
          mask[r * values.columns() + values.indices()[k]] = 0;
        }
      }
    }
    return mask == null ? null : arrays.create(mask, new Shape(values.rows(), values.columns()));
  }

  private static Batch.@Nullable Stored stored(@Nullable StoredPosterior kept, NDManager arrays) {
    if (kept == null) {
      return null;
    }
    int n = kept.librarySize().length;
    var shape = new Shape(n, kept.latent());
    return new Batch.Stored(
        new Normal(arrays.create(kept.mean(), shape), arrays.create(kept.variance(), shape)),
        arrays.create(kept.librarySize(), new Shape(n, 1)));
  }

  private NDArray dense(Csr counts, NDManager arrays) {
    int bytes = Math.multiplyExact(Math.multiplyExact(counts.rows(), counts.columns()), 4);
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    var used = buffer.slice(0, bytes).order(ByteOrder.nativeOrder());
    var segment = MemorySegment.ofBuffer(used).fill((byte) 0);
    var indptr = counts.indptr();
    var indices = counts.indices();
    var values = counts.values();
    for (int r = 0; r < counts.rows(); r++) {
      long row = (long) r * counts.columns();
      for (int k = (int) indptr[r]; k < indptr[r + 1]; k++) {
        if (!Float.isNaN(values[k])) {
          segment.setAtIndex(ValueLayout.JAVA_FLOAT, row + indices[k], values[k]);
        }
      }
    }
    return arrays.create(used, new Shape(counts.rows(), counts.columns()), DataType.FLOAT32);
  }

  private static long[] longs(int[] values) {
    var longs = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      longs[i] = values[i];
    }
    return longs;
  }
}
