package org.syncyte.models.likelihood;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// The kernel for several genes at a time, in single precision; equals `ScalarKernel` up to
/// rounding.
///
/// First every count is taken for zero. Then those that are not are gathered, and what was said of
/// them is replaced. Their rising factorials are products for whole counts up to eight, which most
/// are, and Stirling's series for the rest.
final class VectorKernel implements CountKernel {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int STEP = SPECIES.length();
  private static final int SMALL = 8;
  private static final float EPSILON = Genes.EPSILON;

  private final Genes genes;
  private final int length;

  // By gene.
  private final float[] mu;
  private final float[] logTotal;
  private final float[] pi;
  private final float[] zeroLog;
  private final float[] reached;
  private final float[] weighted;
  private final float[] slopeTheta;

  // By position among the genes that were counted.
  private final int[] at;
  private final float[] cMu;
  private final float[] cTheta;
  private final float[] cLogTheta;
  private final float[] cLogTotal;
  private final float[] cPi;
  private final float[] cX;
  private final float[] cRising;
  private final float[] cSlope;

  VectorKernel(Genes genes) {
    this.genes = genes;
    length = genes.theta().length;
    mu = new float[length];
    logTotal = new float[length];
    pi = new float[length];
    zeroLog = new float[length];
    reached = new float[length];
    weighted = new float[length];
    slopeTheta = new float[length];
    at = new int[length];
    cMu = new float[length];
    cTheta = new float[length];
    cLogTheta = new float[length];
    cLogTotal = new float[length];
    cPi = new float[length];
    cX = new float[length];
    cRising = new float[length];
    cSlope = new float[length];
  }

  @Override
  public void cell(
      float[] scale, float @Nullable [] dropout, float[] counts, float library, Sums sums) {
    softmax(scale, library);
    var biases = genes.dropoutBias();
    double logLikelihood = dropout != null && biases != null ? inflated(dropout, biases) : plain();
    logLikelihood += counted(gather(counts), dropout);
    double pull = pull();
    finish(scale, dropout, library > 0 ? (float) (pull / library) : 0, sums);
    sums.loss = -logLikelihood;
    sums.library = pull;
  }

  private void softmax(float[] scale, float library) {
    var biases = genes.scaleBias();
    var high = Lanes.fill(Float.NEGATIVE_INFINITY);
    for (int i = 0; i < length; i += STEP) {
      var s = at(scale, i).add(at(biases, i));
      s.intoArray(mu, i);
      high = high.max(s);
    }
    float max = high.reduceLanes(VectorOperators.MAX);
    var sums = Lanes.fill(0);
    for (int i = 0; i < length; i += STEP) {
      var e = Lanes.exp(at(mu, i).sub(max));
      e.intoArray(mu, i);
      sums = sums.add(e);
    }
    float factor = library / Lanes.sum(sums);
    for (int i = 0; i < length; i += STEP) {
      at(mu, i).mul(factor).intoArray(mu, i);
    }
  }

  /// Every count taken for zero, with zero inflation.
  private double inflated(float[] dropout, float[] biases) {
    var one = Lanes.fill(1);
    var sum = Lanes.fill(0);
    for (int i = 0; i < length; i += STEP) {
      var m = at(mu, i);
      var theta = at(genes.theta(), i);
      var logTheta = at(genes.logTheta(), i);
      var inverse = one.div(m.add(theta).add(EPSILON));
      var total = Lanes.log(m.add(theta).add(EPSILON));
      total.intoArray(logTotal, i);
      var d = logTheta.sub(total);
      var p = at(dropout, i).add(at(biases, i));
      p.intoArray(pi, i);
      var a = theta.mul(d).sub(p);
      var expA = Lanes.exp(a.abs().neg());
      var expP = Lanes.exp(p.abs().neg());
      var inverseA = one.div(expA.add(1));
      var inverseP = one.div(expP.add(1));
      var log = Lanes.log(expA.add(1).mul(inverseP)).add(a.max(0)).sub(p.neg().max(0));
      log.intoArray(zeroLog, i);
      sum = sum.add(log);
      var reach = inverseA.mul(expA.blend(one, a.compare(VectorOperators.GE, 0)));
      var forced = inverseP.mul(expP.blend(one, p.compare(VectorOperators.LE, 0)));
      reach.intoArray(reached, i);
      reach.sub(forced).intoArray(dropout, i);
      var share = theta.mul(inverse);
      reach.mul(share).mul(m).intoArray(weighted, i);
      // θ/(θ+ε) is 1 to single precision wherever θ is not tiny, and then weighs nothing.
      reach.mul(d.add(1).sub(share)).intoArray(slopeTheta, i);
    }
    return Lanes.sum(sum);
  }

  /// Every count taken for zero, without zero inflation.
  private double plain() {
    var one = Lanes.fill(1);
    var sum = Lanes.fill(0);
    for (int i = 0; i < length; i += STEP) {
      var m = at(mu, i);
      var theta = at(genes.theta(), i);
      var inverse = one.div(m.add(theta).add(EPSILON));
      var total = Lanes.log(m.add(theta).add(EPSILON));
      total.intoArray(logTotal, i);
      var d = at(genes.logTheta(), i).sub(total);
      sum = sum.add(theta.mul(d));
      var share = theta.mul(inverse);
      share.mul(m).intoArray(weighted, i);
      d.add(1).sub(share).intoArray(slopeTheta, i);
    }
    return Lanes.sum(sum);
  }

  private int gather(float[] counts) {
    int n = 0;
    for (int i = 0; i < length; i += STEP) {
      long bits = at(counts, i).compare(VectorOperators.GT, 0).toLong();
      while (bits != 0) {
        at[n++] = i + Long.numberOfTrailingZeros(bits);
        bits &= bits - 1;
      }
    }
    for (int k = 0; k < n; k++) {
      int g = at[k];
      cMu[k] = mu[g];
      cTheta[k] = genes.theta()[g];
      cLogTheta[k] = genes.logTheta()[g];
      cLogTotal[k] = logTotal[g];
      cPi[k] = pi[g];
      cX[k] = counts[g];
    }
    int end = (n + STEP - 1) / STEP * STEP;
    Arrays.fill(cMu, n, end, 1);
    Arrays.fill(cTheta, n, end, 1);
    Arrays.fill(cLogTheta, n, end, 0);
    Arrays.fill(cLogTotal, n, end, 0);
    Arrays.fill(cPi, n, end, 0);
    Arrays.fill(cX, n, end, 0);
    return n;
  }

  /// Log-likelihood of what was counted beyond that of zero; replaces the slopes.
  private double counted(int n, float @Nullable [] dropout) {
    rising(n);
    var one = Lanes.fill(1);
    double sum = 0;
    for (int k = 0; k < n; k += STEP) {
      var m = at(cMu, k);
      var theta = at(cTheta, k);
      var x = at(cX, k);
      var total = at(cLogTotal, k);
      var d = at(cLogTheta, k).sub(total);
      var inverse = one.div(m.add(theta).add(EPSILON));
      var log = Lanes.log(m.add(EPSILON)).sub(total).mul(x).add(theta.mul(d)).add(at(cRising, k));
      if (dropout != null) {
        var p = at(cPi, k);
        log = log.sub(p.max(0)).sub(Lanes.log(Lanes.exp(p.abs().neg()).add(1)));
      }
      log.intoArray(cRising, k);
      var rest = x.mul(inverse);
      theta.mul(inverse).add(rest).sub(x.div(m.add(EPSILON))).mul(m).intoArray(cMu, k);
      d.add(1).sub(theta.mul(inverse)).sub(rest).add(at(cSlope, k)).intoArray(cSlope, k);
    }
    for (int k = 0; k < n; k++) {
      int g = at[k];
      sum += cRising[k];
      if (dropout != null) {
        sum -= zeroLog[g];
        dropout[g] += 1 - reached[g];
      } else {
        sum -= genes.theta()[g] * (genes.logTheta()[g] - logTotal[g]);
      }
      weighted[g] = cMu[k];
      slopeTheta[g] = cSlope[k];
    }
    return sum;
  }

  /// `cRising` = ln Γ(θ+x) - ln Γ(θ) - ln Γ(x+1), `cSlope` = ψ(θ+x) - ψ(θ).
  private void rising(int n) {
    for (int k = 0; k < n; k += STEP) {
      var theta = at(cTheta, k);
      var x = at(cX, k);
      var product = Lanes.fill(1);
      var factorial = Lanes.fill(1);
      var slope = Lanes.fill(0);
      int most = (int) Math.min(SMALL, x.reduceLanes(VectorOperators.MAX));
      for (int i = 0; i < most; i++) {
        VectorMask<Float> left = x.compare(VectorOperators.GT, i);
        var factor = theta.add(i);
        product = product.mul(factor, left);
        factorial = factorial.mul(i + 1f, left);
        slope = slope.add(Lanes.fill(1).div(factor), left);
      }
      Lanes.log(product).sub(Lanes.log(factorial)).intoArray(cRising, k);
      slope.intoArray(cSlope, k);
    }
    for (int k = 0; k < n; k++) {
      float x = cX[k];
      if (x > SMALL || x != (int) x || cTheta[k] > 1e4f || cTheta[k] < 1e-4f) {
        cRising[k] = (float) (Rising.log(cTheta[k], x) - Rising.logFactorial(x));
        cSlope[k] = (float) Rising.slope(cTheta[k], x);
      }
    }
  }

  private double pull() {
    var sum = Lanes.fill(0);
    for (int i = 0; i < length; i += STEP) {
      sum = sum.add(at(weighted, i));
    }
    return Lanes.sum(sum);
  }

  private void finish(float[] scale, float @Nullable [] dropout, float pullPerCount, Sums sums) {
    for (int i = 0; i < length; i += STEP) {
      var s = at(weighted, i).sub(at(mu, i).mul(pullPerCount));
      s.intoArray(scale, i);
      at(sums.scaleBias, i).add(s).intoArray(sums.scaleBias, i);
      at(sums.pxR, i).sub(at(slopeTheta, i).mul(at(genes.theta(), i))).intoArray(sums.pxR, i);
      if (dropout != null) {
        at(sums.dropoutBias, i).add(at(dropout, i)).intoArray(sums.dropoutBias, i);
      }
    }
  }

  private static FloatVector at(float[] values, int i) {
    return FloatVector.fromArray(SPECIES, values, i);
  }
}
