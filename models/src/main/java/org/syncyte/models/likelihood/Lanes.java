package org.syncyte.models.likelihood;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Exponential and logarithm of several numbers at a time, to about one unit in the last place.
///
///     exp x = 2ⁿ exp r,   n = round(x / ln 2), |r| ≤ ln 2 / 2     underflow ends at 2⁻¹²⁶
///     log x = e ln 2 + log(1 + m),   x = 2ᵉ (1 + m), 1 + m in [√½, √2)   for normal x > 0
///
/// Both polynomials are minimax fits of the usual degree for single precision.
final class Lanes {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /// Adding and taking it away again rounds to a whole number.
  private static final float ROUND = 12_582_912f;

  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.1219444e-4f;
  private static final int ROOT_HALF = 0x3f3504f3;

  private Lanes() {}

  static FloatVector exp(FloatVector x) {
    var y = x.max(-87.3f).min(88f);
    var n = y.mul(1.442695f).add(ROUND).sub(ROUND);
    var r = n.fma(fill(-LN2_HIGH), y);
    r = n.fma(fill(-LN2_LOW), r);
    var p = fill(1.9875691e-4f).fma(r, fill(1.3981999e-3f));
    p = p.fma(r, fill(8.333452e-3f));
    p = p.fma(r, fill(0.041665796f));
    p = p.fma(r, fill(0.16666666f));
    p = p.fma(r, fill(0.5f));
    p = p.fma(r.mul(r), r).add(1f);
    var power = n.convert(VectorOperators.F2I, 0).reinterpretAsInts().add(127);
    return p.mul(power.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
  }

  static FloatVector log(FloatVector x) {
    var shifted = x.reinterpretAsInts().sub(ROOT_HALF);
    var e =
        (FloatVector) shifted.lanewise(VectorOperators.ASHR, 23).convert(VectorOperators.I2F, 0);
    var m = shifted.and(0x007fffff).add(ROOT_HALF).reinterpretAsFloats().sub(1f);
    var p = fill(0.070376836f).fma(m, fill(-0.1151461f));
    p = p.fma(m, fill(0.116769984f));
    p = p.fma(m, fill(-0.12420141f));
    p = p.fma(m, fill(0.14249323f));
    p = p.fma(m, fill(-0.16668057f));
    p = p.fma(m, fill(0.20000714f));
    p = p.fma(m, fill(-0.24999994f));
    p = p.fma(m, fill(0.3333333f));
    var z = m.mul(m);
    var y = p.mul(m).mul(z);
    y = e.fma(fill(LN2_LOW), y);
    y = z.fma(fill(-0.5f), y);
    return e.fma(fill(LN2_HIGH), y.add(m));
  }

  /// The sum in the order of the lanes. The library's own reduction adds in any order, another one
  /// once the code is compiled.
  static float sum(FloatVector x) {
    float sum = 0;
    for (float lane : x.toArray()) {
      sum += lane;
    }
    return sum;
  }

  static FloatVector fill(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
