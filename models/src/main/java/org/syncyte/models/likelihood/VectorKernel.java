package org.syncyte.models.likelihood;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// The kernel for several genes at a time, in single precision; equals `ScalarKernel` up to
/// rounding.
///
/// First every count is taken for zero. Then those that are not are gathered, and what was said of
/// them is replaced. Their rising factorials are looked up for whole counts up to eight, which most
/// are, and Stirling's series for the rest.
///
/// Each walk over the genes is a method of its own, called through a list: the compiler keeps
/// vectors in registers only where it can inline all that a loop calls, and gives up on that when
/// it compiles several loops as one.
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

  // By small count, then gene.
  private final float[][] rising;
  private final float[][] risingSlope;

  // By position among the genes that were counted.
  private final int[] at;
  private final float[] cMu;
  private final float[] cTheta;
  private final float[] cLogTheta;
  private final float[] cLogTotal;
  private final float[] cPi;
  private final float[] cDecay;
  private final float[] cX;
  private final float[] cRising;
  private final float[] cSlope;

  private final Runnable[] walks;

  // Of the cell at work.
  private float[] scale = {};
  private float[] dropout = {};
  private float[] counts = {};
  private float library;
  private int counted;
  private double logLikelihood;
  private double pull;

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
    rising = new float[SMALL][length];
    risingSlope = new float[SMALL][length];
    tabulate();
    at = new int[length];
    cMu = new float[length];
    cTheta = new float[length];
    cLogTheta = new float[length];
    cLogTotal = new float[length];
    cPi = new float[length];
    cDecay = new float[length];
    cX = new float[length];
    cRising = new float[length];
    cSlope = new float[length];
    var biases = genes.dropoutBias();
    walks = biases == null ? plainWalks() : inflatedWalks(biases);
  }

  private Runnable[] inflatedWalks(float[] biases) {
    return new Runnable[] {
      this::softmax,
      this::totals,
      () -> exponents(biases),
      () -> decay(zeroLog, reached, length),
      () -> decay(pi, weighted, length),
      this::zeros,
      this::zeroSlopes,
      this::gather,
      () -> decay(cPi, cDecay, counted),
      this::forced,
      this::logs,
      this::slopes,
      this::replaceInflated,
      this::pull
    };
  }

  private Runnable[] plainWalks() {
    return new Runnable[] {
      this::softmax,
      this::totals,
      this::plain,
      this::gather,
      this::logs,
      this::slopes,
      this::replacePlain,
      this::pull
    };
  }

  @Override
  public void cell(
      float[] scale, float @Nullable [] dropout, float[] counts, float library, Sums sums) {
    this.scale = scale;
    this.dropout = dropout == null ? this.dropout : dropout;
    this.counts = counts;
    this.library = library;
    logLikelihood = 0;
    for (var walk : walks) {
      walk.run();
    }
    finish(sums);
    sums.loss = -logLikelihood;
    sums.library = pull;
  }

  private void softmax() {
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

  /// `logTotal` = log (θ + μ + ε).
  private void totals() {
    for (int i = 0; i < length; i += STEP) {
      Lanes.log(at(mu, i).add(at(genes.theta(), i)).add(EPSILON)).intoArray(logTotal, i);
    }
  }

  /// `pi` = π, `zeroLog` = A.
  private void exponents(float[] biases) {
    for (int i = 0; i < length; i += STEP) {
      var p = at(dropout, i).add(at(biases, i));
      p.intoArray(pi, i);
      var d = at(genes.logTheta(), i).sub(at(logTotal, i));
      at(genes.theta(), i).mul(d).sub(p).intoArray(zeroLog, i);
    }
  }

  /// `to` = exp -|from|.
  private static void decay(float[] from, float[] to, int length) {
    for (int i = 0; i < length; i += STEP) {
      Lanes.exp(at(from, i).abs().neg()).intoArray(to, i);
    }
  }

  /// Likelihood of zero, from A in `zeroLog`, exp -|A| in `reached` and exp -|π| in `weighted`.
  private void zeros() {
    var one = Lanes.fill(1);
    var sum = Lanes.fill(0);
    for (int i = 0; i < length; i += STEP) {
      var a = at(zeroLog, i);
      var p = at(pi, i);
      var expA = at(reached, i);
      var expP = at(weighted, i);
      var inverseA = one.div(expA.add(1));
      var inverseP = one.div(expP.add(1));
      var log = Lanes.log(expA.add(1).mul(inverseP)).add(a.max(0)).sub(p.neg().max(0));
      log.intoArray(zeroLog, i);
      sum = sum.add(log);
      var reach = inverseA.mul(expA.blend(one, a.compare(VectorOperators.GE, 0)));
      var forced = inverseP.mul(expP.blend(one, p.compare(VectorOperators.LE, 0)));
      reach.intoArray(reached, i);
      reach.sub(forced).intoArray(dropout, i);
    }
    logLikelihood += Lanes.sum(sum);
  }

  private void zeroSlopes() {
    for (int i = 0; i < length; i += STEP) {
      var m = at(mu, i);
      var theta = at(genes.theta(), i);
      var reach = at(reached, i);
      var share = theta.div(m.add(theta).add(EPSILON));
      reach.mul(share).mul(m).intoArray(weighted, i);
      // θ/(θ+ε) is 1 to single precision wherever θ is not tiny, and then weighs nothing.
      var d = at(genes.logTheta(), i).sub(at(logTotal, i));
      reach.mul(d.add(1).sub(share)).intoArray(slopeTheta, i);
    }
  }

  /// Every count taken for zero, without zero inflation.
  private void plain() {
    var sum = Lanes.fill(0);
    for (int i = 0; i < length; i += STEP) {
      var m = at(mu, i);
      var theta = at(genes.theta(), i);
      var d = at(genes.logTheta(), i).sub(at(logTotal, i));
      sum = sum.add(theta.mul(d));
      var share = theta.div(m.add(theta).add(EPSILON));
      share.mul(m).intoArray(weighted, i);
      d.add(1).sub(share).intoArray(slopeTheta, i);
    }
    logLikelihood += Lanes.sum(sum);
  }

  private void gather() {
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
      float x = counts[g];
      float theta = genes.theta()[g];
      cMu[k] = mu[g];
      cTheta[k] = theta;
      cLogTheta[k] = genes.logTheta()[g];
      cLogTotal[k] = logTotal[g];
      cPi[k] = pi[g];
      cX[k] = x;
      int whole = (int) x;
      if (whole != x || whole > SMALL || theta > 1e4f || theta < 1e-4f) {
        cRising[k] = (float) (Rising.log(theta, x) - Rising.logFactorial(x));
        cSlope[k] = (float) Rising.slope(theta, x);
      } else {
        cRising[k] = rising[whole - 1][g];
        cSlope[k] = risingSlope[whole - 1][g];
      }
    }
    int end = (n + STEP - 1) / STEP * STEP;
    Arrays.fill(cMu, n, end, 1);
    Arrays.fill(cTheta, n, end, 1);
    Arrays.fill(cLogTheta, n, end, 0);
    Arrays.fill(cLogTotal, n, end, 0);
    Arrays.fill(cPi, n, end, 0);
    Arrays.fill(cX, n, end, 0);
    Arrays.fill(cRising, n, end, 0);
    Arrays.fill(cSlope, n, end, 0);
    counted = n;
  }

  /// `cRising` less log (1 + e^π), from exp -|π| in `cDecay`.
  private void forced() {
    for (int k = 0; k < counted; k += STEP) {
      var p = at(cPi, k);
      var soft = Lanes.log(at(cDecay, k).add(1)).add(p.max(0));
      at(cRising, k).sub(soft).intoArray(cRising, k);
    }
  }

  /// `cRising` more what depends on the mean.
  private void logs() {
    for (int k = 0; k < counted; k += STEP) {
      var total = at(cLogTotal, k);
      var ofMean = Lanes.log(at(cMu, k).add(EPSILON)).sub(total).mul(at(cX, k));
      var ofTheta = at(cTheta, k).mul(at(cLogTheta, k).sub(total));
      at(cRising, k).add(ofMean.add(ofTheta)).intoArray(cRising, k);
    }
  }

  private void slopes() {
    var one = Lanes.fill(1);
    for (int k = 0; k < counted; k += STEP) {
      var m = at(cMu, k);
      var theta = at(cTheta, k);
      var x = at(cX, k);
      var d = at(cLogTheta, k).sub(at(cLogTotal, k));
      var inverse = one.div(m.add(theta).add(EPSILON));
      var rest = x.mul(inverse);
      theta.mul(inverse).add(rest).sub(x.div(m.add(EPSILON))).mul(m).intoArray(cMu, k);
      d.add(1).sub(theta.mul(inverse)).sub(rest).add(at(cSlope, k)).intoArray(cSlope, k);
    }
  }

  /// Puts the likelihood and slopes of what was counted in place of those of zero.
  private void replaceInflated() {
    double sum = 0;
    for (int k = 0; k < counted; k++) {
      int g = at[k];
      sum += cRising[k] - zeroLog[g];
      dropout[g] += 1 - reached[g];
      weighted[g] = cMu[k];
      slopeTheta[g] = cSlope[k];
    }
    logLikelihood += sum;
  }

  private void replacePlain() {
    double sum = 0;
    for (int k = 0; k < counted; k++) {
      int g = at[k];
      sum += cRising[k] - genes.theta()[g] * (genes.logTheta()[g] - logTotal[g]);
      weighted[g] = cMu[k];
      slopeTheta[g] = cSlope[k];
    }
    logLikelihood += sum;
  }

  /// By count and gene, for counts of 1, 2, ... `SMALL`: `rising` = ln Γ(θ+x) - ln Γ(θ) - ln
  /// Γ(x+1), `risingSlope` = ψ(θ+x) - ψ(θ).
  private void tabulate() {
    var factorial = 1f;
    var product = new float[length];
    Arrays.fill(product, 1);
    for (int x = 1; x <= SMALL; x++) {
      factorial *= x;
      float logFactorial = (float) Math.log(factorial);
      for (int i = 0; i < length; i += STEP) {
        var factor = at(genes.theta(), i).add(x - 1f);
        var p = at(product, i).mul(factor);
        p.intoArray(product, i);
        Lanes.log(p).sub(logFactorial).intoArray(rising[x - 1], i);
        var before = x == 1 ? Lanes.fill(0) : at(risingSlope[x - 2], i);
        before.add(Lanes.fill(1).div(factor)).intoArray(risingSlope[x - 1], i);
      }
    }
  }

  private void pull() {
    var sum = Lanes.fill(0);
    for (int i = 0; i < length; i += STEP) {
      sum = sum.add(at(weighted, i));
    }
    pull = Lanes.sum(sum);
  }

  private void finish(Sums sums) {
    float perCount = library > 0 ? (float) (pull / library) : 0;
    for (int i = 0; i < length; i += STEP) {
      var s = at(weighted, i).sub(at(mu, i).mul(perCount));
      s.intoArray(scale, i);
      at(sums.scaleBias, i).add(s).intoArray(sums.scaleBias, i);
      at(sums.pxR, i).sub(at(slopeTheta, i).mul(at(genes.theta(), i))).intoArray(sums.pxR, i);
    }
    if (genes.dropoutBias() != null) {
      for (int i = 0; i < length; i += STEP) {
        at(sums.dropoutBias, i).add(at(dropout, i)).intoArray(sums.dropoutBias, i);
      }
    }
  }

  private static FloatVector at(float[] values, int i) {
    return FloatVector.fromArray(SPECIES, values, i);
  }
}
