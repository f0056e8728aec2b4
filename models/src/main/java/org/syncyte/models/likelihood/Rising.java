package org.syncyte.models.likelihood;

/// The rising factorial of θ, θ (θ+1) ... (θ+x-1) = Γ(θ+x) / Γ(θ), for any x ≥ 0: its logarithm and
/// the derivative of that by θ.
///
/// Both Γ are moved up by eight and taken from Stirling's series, whose error there is below 1e-9.
final class Rising {
  private static final int SHIFT = 8;
  private static final double[] LOG_FACTORIAL = new double[64];

  static {
    for (int n = 2; n < LOG_FACTORIAL.length; n++) {
      LOG_FACTORIAL[n] = LOG_FACTORIAL[n - 1] + Math.log(n);
    }
  }

  private Rising() {}

  /// ln Γ(θ+x) - ln Γ(θ)
  static double log(double theta, double x) {
    return logGamma(theta + x) - logGamma(theta);
  }

  /// ψ(θ+x) - ψ(θ)
  static double slope(double theta, double x) {
    return digamma(theta + x) - digamma(theta);
  }

  /// ln Γ(x+1)
  static double logFactorial(double x) {
    return x < LOG_FACTORIAL.length && x == (int) x ? LOG_FACTORIAL[(int) x] : logGamma(x + 1);
  }

  static double logGamma(double z) {
    double product = 1;
    for (int i = 0; i < SHIFT; i++) {
      product *= z + i;
    }
    double y = z + SHIFT;
    double r = 1 / (y * y);
    double series = (1 / 12.0 - r * (1 / 360.0 - r * (1 / 1260.0 - r / 1680))) / y;
    return (y - 0.5) * Math.log(y) - y + 0.9189385332046727 + series - Math.log(product);
  }

  static double digamma(double z) {
    double sum = 0;
    for (int i = 0; i < SHIFT; i++) {
      sum += 1 / (z + i);
    }
    double y = z + SHIFT;
    double r = 1 / (y * y);
    return Math.log(y) - 0.5 / y - r * (1 / 12.0 - r * (1 / 120.0 - r / 252)) - sum;
  }
}
