package org.syncyte.models.distributions;

import java.util.random.RandomGenerator;

/// Draws of gamma, Poisson and negative binomial variables on the JVM.
///
/// Gamma by Marsaglia and Tsang 2000; Poisson by multiplication for small means, by Hörmann's
/// transformed rejection 1993 for large ones.
public record CountDraws(RandomGenerator random) {
  private static final double LARGEST_RATE = 1e8;
  private static final double FEW = 30;

  /// Gamma of that shape and rate 1.
  public double gamma(double shape) {
    if (shape < 1) {
      return gamma(shape + 1) * Math.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = 1 + c * x;
      if (v > 0) {
        v = v * v * v;
        if (Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
          return d * v;
        }
      }
    }
  }

  public long poisson(double mean) {
    if (mean < FEW) {
      double threshold = Math.exp(-mean);
      long count = 0;
      for (double p = random.nextDouble(); p > threshold; p *= random.nextDouble()) {
        count++;
      }
      return count;
    }
    double log = Math.log(mean);
    double b = 0.931 + 2.53 * Math.sqrt(mean);
    double a = -0.059 + 0.02483 * b;
    double inverse = 1.1239 + 1.1328 / (b - 3.4);
    double v0 = 0.9277 - 3.6224 / (b - 2);
    while (true) {
      double u = random.nextDouble() - 0.5;
      double v = 1 - random.nextDouble();
      double us = 0.5 - Math.abs(u);
      double k = Math.floor((2 * a / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= v0) {
        return (long) k;
      }
      if (k >= 0
          && !(us < 0.013 && v > us)
          && Math.log(v) + Math.log(inverse) - Math.log(a / (us * us) + b)
              <= k * log - mean - logFactorial(k)) {
        return (long) k;
      }
    }
  }

  /// A count of mean `mu` and inverse dispersion `theta`.
  public long negativeBinomial(double mu, double theta) {
    return poisson(rate(mu, theta));
  }

  /// The Poisson rate behind a count of mean `mu` and inverse dispersion `theta`.
  public double rate(double mu, double theta) {
    return mu <= 0 ? 0 : Math.min(gamma(theta) * mu / theta, LARGEST_RATE);
  }

  /// By Stirling's series, exact to 1e-10 from 10 on.
  private static double logFactorial(double k) {
    if (k < 10) {
      double product = 1;
      for (int i = 2; i <= k; i++) {
        product *= i;
      }
      return Math.log(product);
    }
    double n = k + 1;
    return (n - 0.5) * Math.log(n)
        - n
        + 0.5 * Math.log(2 * Math.PI)
        + 1 / (12 * n)
        - 1 / (360 * n * n * n);
  }
}
