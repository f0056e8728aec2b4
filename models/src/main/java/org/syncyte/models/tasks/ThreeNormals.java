package org.syncyte.models.tasks;

import java.util.Arrays;

/// A mixture of three normal distributions over one number per gene, fitted by expectation and
/// maximisation: genes that fall, that stay and that rise.
///
/// It begins at the mean and two deviations to each side; variances have a floor of 10⁻⁶.
///
/// @param means of the three, ascending
record ThreeNormals(double[] means) {
  private static final int ROUNDS = 200;
  private static final double FLOOR = 1e-6;

  static ThreeNormals fit(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    double spread =
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0) + FLOOR;
    double[] means = {mean - 2 * Math.sqrt(spread), mean, mean + 2 * Math.sqrt(spread)};
    double[] variances = {spread, spread, spread};
    double[] weights = {1 / 3.0, 1 / 3.0, 1 / 3.0};
    double before = Double.NEGATIVE_INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
      var mass = new double[3];
      var first = new double[3];
      var second = new double[3];
      double evidence = 0;
      for (double value : values) {
        var log = new double[3];
        double top = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < 3; k++) {
          double off = value - means[k];
          log[k] = Math.log(weights[k]) - 0.5 * (Math.log(variances[k]) + off * off / variances[k]);
          top = Math.max(top, log[k]);
        }
        double sum = 0;
        for (int k = 0; k < 3; k++) {
          log[k] = Math.exp(log[k] - top);
          sum += log[k];
        }
        evidence += top + Math.log(sum);
        for (int k = 0; k < 3; k++) {
          double share = log[k] / sum;
          mass[k] += share;
          first[k] += share * value;
          second[k] += share * value * value;
        }
      }
      for (int k = 0; k < 3; k++) {
        double held = mass[k] + 1e-10;
        means[k] = first[k] / held;
        variances[k] = Math.max(second[k] / held - means[k] * means[k], 0) + FLOOR;
        weights[k] = held / values.length;
      }
      if (evidence - before < 1e-6 * values.length) {
        break;
      }
      before = evidence;
    }
    Arrays.sort(means);
    return new ThreeNormals(means);
  }

  /// 0.6 times the mean size of the outer means, at least 0.1.
  double delta() {
    return Math.max(0.1, 0.6 * (Math.abs(means[0]) + Math.abs(means[2])) / 2);
  }
}
