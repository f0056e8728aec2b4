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

  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final int ROOT_HALF = 0x3f3504f3;

  private Lanes() {}

  static FloatVector exp(FloatVector x) {
    var y = x.max(-87.3f).min(88f);
    var n = y.mul(1.44269504f).add(ROUND).sub(ROUND);
    var r = n.fma(fill(-LN2_HIGH), y);
    r = n.fma(fill(-LN2_LOW), r);
    var p = fill(1.9875691500e-4f).fma(r, fill(1.3981999507e-3f));
    p = p.fma(r, fill(8.3334519073e-3f));
    p = p.fma(r, fill(4.1665795894e-2f));
    p = p.fma(r, fill(1.6666665459e-1f));
    p = p.fma(r, fill(5.0000001201e-1f));
    p = p.fma(r.mul(r), r).add(1f);
    var power = n.convert(VectorOperators.F2I, 0).reinterpretAsInts().add(127);
    return p.mul(power.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
  }

  static FloatVector log(FloatVector x) {
    var shifted = x.reinterpretAsInts().sub(ROOT_HALF);
    var e =
        (FloatVector) shifted.lanewise(VectorOperators.ASHR, 23).convert(VectorOperators.I2F, 0);
    var m = shifted.and(0x007fffff).add(ROOT_HALF).reinterpretAsFloats().sub(1f);
    var p = fill(7.0376836292e-2f).fma(m, fill(-1.1514610310e-1f));
    p = p.fma(m, fill(1.1676998740e-1f));
    p = p.fma(m, fill(-1.2420140846e-1f));
    p = p.fma(m, fill(1.4249322787e-1f));
    p = p.fma(m, fill(-1.6668057665e-1f));
    p = p.fma(m, fill(2.0000714765e-1f));
    p = p.fma(m, fill(-2.4999993993e-1f));
    p = p.fma(m, fill(3.3333331174e-1f));
    var z = m.mul(m);
    var y = p.mul(m).mul(z);
    y = e.fma(fill(LN2_LOW), y);
    y = z.fma(fill(-0.5f), y);
    return e.fma(fill(LN2_HIGH), y.add(m));
  }

  static FloatVector fill(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
