package org.syncyte.models.train;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// One update of Adam over some memory, in a single walk; the gradient is set to zero behind it.
///
/// @param rate learning rate times √(1-β₂ᵗ)/(1-β₁ᵗ)
/// @param epsilon ε √(1-β₂ᵗ)
/// @param decay weight of the L2 term
record AdamStep(float rate, float epsilon, float decay) {
  static final double BETA1 = 0.9;
  static final double BETA2 = 0.999;

  private static final float KEEP1 = (float) BETA1;
  private static final float TAKE1 = (float) (1 - BETA1);
  private static final float KEEP2 = (float) BETA2;
  private static final float TAKE2 = (float) (1 - BETA2);
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  /// The moments of one parameter and the memory that it and its gradient lie in.
  record Memory(
      MemorySegment weight, MemorySegment gradient, MemorySegment mean, MemorySegment square) {
    long size() {
      return weight.byteSize() / Float.BYTES;
    }
  }

  /// Moves the values `from .. to`.
  ///
  /// @param lanes whether to use the processor's vector instructions
  void move(Memory memory, long from, long to, boolean lanes) {
    long at = lanes ? Vectors.move(this, memory, from, to) : from;
    for (; at < to; at++) {
      float w = memory.weight.getAtIndex(FLOAT, at);
      float g = Math.fma(decay, w, memory.gradient.getAtIndex(FLOAT, at));
      float m = Math.fma(KEEP1, memory.mean.getAtIndex(FLOAT, at), TAKE1 * g);
      float v = Math.fma(KEEP2, memory.square.getAtIndex(FLOAT, at), TAKE2 * g * g);
      memory.mean.setAtIndex(FLOAT, at, m);
      memory.square.setAtIndex(FLOAT, at, v);
      memory.gradient.setAtIndex(FLOAT, at, 0);
      memory.weight.setAtIndex(FLOAT, at, w - rate * m / ((float) Math.sqrt(v) + epsilon));
    }
  }

  /// Loaded only where the vector instructions may be used.
  private static final class Vectors {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STEP = SPECIES.length();

    /// @return where it stopped, less than one step before `to`
    static long move(AdamStep step, Memory memory, long from, long to) {
      var keep1 = FloatVector.broadcast(SPECIES, KEEP1);
      var keep2 = FloatVector.broadcast(SPECIES, KEEP2);
      var decay = FloatVector.broadcast(SPECIES, step.decay);
      var zero = FloatVector.zero(SPECIES);
      long at = from;
      for (; at + STEP <= to; at += STEP) {
        long offset = at * Float.BYTES;
        var w = load(memory.weight, offset);
        var g = decay.fma(w, load(memory.gradient, offset));
        var m = keep1.fma(load(memory.mean, offset), g.mul(TAKE1));
        var v = keep2.fma(load(memory.square, offset), g.mul(TAKE2).mul(g));
        store(m, memory.mean, offset);
        store(v, memory.square, offset);
        store(zero, memory.gradient, offset);
        store(w.sub(m.mul(step.rate).div(v.sqrt().add(step.epsilon))), memory.weight, offset);
      }
      return at;
    }

    private static FloatVector load(MemorySegment memory, long offset) {
      return FloatVector.fromMemorySegment(SPECIES, memory, offset, ByteOrder.nativeOrder());
    }

    private static void store(FloatVector vector, MemorySegment memory, long offset) {
      vector.intoMemorySegment(memory, offset, ByteOrder.nativeOrder());
    }
  }
}
