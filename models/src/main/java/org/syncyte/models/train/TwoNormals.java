package org.syncyte.models.train;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A mixture of two normal distributions of one variable, fitted by expectation and maximisation
/// from the best split of the sorted values in two.
///
/// @param lowerMean mean of the component with the smaller mean
/// @param lowerVariance its variance
record TwoNormals(double lowerMean, double lowerVariance) {
  private static final double TOLERANCE = 1e-3;
  private static final int MOST_STEPS = 100;
  private static final double VARIANCE_FLOOR = 1e-6;
  private static final double WEIGHT_FLOOR = 10 * Math.ulp(1.0);

  /// Null if the values do not differ or the fit does not settle.
  static @Nullable TwoNormals fit(double[] values) {
    double[] x = values.clone();
    Arrays.sort(x);
    if (x.length < 2 || x[0] == x[x.length - 1]) {
      return null;
    }
    int split = split(x);
    var second = new double[x.length];
    for (int i = split; i < x.length; i++) {
      second[i] = 1;
    }
    double[] weight = new double[2];
    double[] mean = new double[2];
    double[] variance = new double[2];
    maximise(x, second, weight, mean, variance);
    double bound = Double.NEGATIVE_INFINITY;
    for (int step = 0; step < MOST_STEPS; step++) {
      double before = bound;
      bound = 0;
      for (int i = 0; i < x.length; i++) {
        double a = Math.log(weight[0]) + log(x[i], mean[0], variance[0]);
        double b = Math.log(weight[1]) + log(x[i], mean[1], variance[1]);
        double most = Math.max(a, b);
        double sum = most + Math.log(Math.exp(a - most) + Math.exp(b - most));
        second[i] = Math.exp(b - sum);
        bound += sum / x.length;
      }
      maximise(x, second, weight, mean, variance);
      if (Math.abs(bound - before) < TOLERANCE) {
        int lower = mean[0] <= mean[1] ? 0 : 1;
        return new TwoNormals(mean[lower], variance[lower]);
      }
    }
    return null;
  }

  /// The split of sorted values whose halves lie closest to their means.
  private static int split(double[] x) {
    double total = Arrays.stream(x).sum();
    double left = 0;
    double best = Double.NEGATIVE_INFINITY;
    int at = 1;
    for (int i = 1; i < x.length; i++) {
      left += x[i - 1];
      double right = total - left;
      double gain = left * left / i + right * right / (x.length - i);
      if (x[i] > x[i - 1] && gain > best) {
        best = gain;
        at = i;
      }
    }
    return at;
  }

  private static void maximise(
      double[] x, double[] second, double[] weight, double[] mean, double[] variance) {
    for (int k = 0; k < 2; k++) {
      double n = WEIGHT_FLOOR;
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        double share = k == 0 ? 1 - second[i] : second[i];
        n += share;
        sum += share * x[i];
      }
      mean[k] = sum / n;
      double square = 0;
      for (int i = 0; i < x.length; i++) {
        double share = k == 0 ? 1 - second[i] : second[i];
        square += share * (x[i] - mean[k]) * (x[i] - mean[k]);
      }
      variance[k] = square / n + VARIANCE_FLOOR;
      weight[k] = n / x.length;
    }
  }

  private static double log(double x, double mean, double variance) {
    return -0.5 * (Math.log(2 * Math.PI * variance) + (x - mean) * (x - mean) / variance);
  }
}
