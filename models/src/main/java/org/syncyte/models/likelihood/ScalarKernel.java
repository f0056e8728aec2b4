package org.syncyte.models.likelihood;

import org.jspecify.annotations.Nullable;

/// The kernel as it is defined, gene by gene in double precision.
record ScalarKernel(Genes genes) implements CountKernel {
  @Override
  public void cell(
      float[] scale, float @Nullable [] dropout, float[] counts, float library, Sums sums) {
    int n = genes.count();
    double max = Double.NEGATIVE_INFINITY;
    for (int g = 0; g < n; g++) {
      max = Math.max(max, scale[g] + genes.scaleBias()[g]);
    }
    double sum = 0;
    var rho = new double[n];
    for (int g = 0; g < n; g++) {
      rho[g] = Math.exp(scale[g] + genes.scaleBias()[g] - max);
      sum += rho[g];
    }
    double logLikelihood = 0;
    double pull = 0;
    var weighted = new double[n];
    for (int g = 0; g < n; g++) {
      rho[g] /= sum;
      double mu = library * rho[g];
      double theta = genes.theta()[g];
      double x = counts[g];
      double total = theta + mu + Genes.EPSILON;
      double logTotal = Math.log(total);
      double d = Math.log(theta + Genes.EPSILON) - logTotal;
      double share = theta / total;
      double slopeTheta = d + theta / (theta + Genes.EPSILON) - share;
      double forced = 0;
      double reached = 1;
      if (dropout != null && genes.dropoutBias() != null) {
        double pi = dropout[g] + genes.dropoutBias()[g];
        double a = theta * d - pi;
        forced = sigmoid(-pi);
        reached = x > 0 ? 1 : sigmoid(a);
        logLikelihood += (x > 0 ? a : softplus(a)) - softplus(-pi);
        dropout[g] = (float) (reached - forced);
        sums.dropoutBias[g] += dropout[g];
      } else {
        logLikelihood += theta * d;
      }
      double slopeMu = -reached * share;
      slopeTheta *= reached;
      if (x > 0) {
        logLikelihood +=
            x * (Math.log(mu + Genes.EPSILON) - logTotal)
                + Rising.log(theta, x)
                - Rising.logFactorial(x);
        slopeMu += x / (mu + Genes.EPSILON) - x / total;
        slopeTheta += Rising.slope(theta, x) - x / total;
      }
      weighted[g] = -slopeMu * mu;
      pull += weighted[g];
      sums.pxR[g] -= (float) (slopeTheta * theta);
    }
    for (int g = 0; g < n; g++) {
      scale[g] = (float) (weighted[g] - rho[g] * pull);
      sums.scaleBias[g] += scale[g];
    }
    sums.loss = -logLikelihood;
    sums.library = pull;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
