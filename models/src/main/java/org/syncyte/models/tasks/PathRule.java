package org.syncyte.models.tasks;

import java.util.Arrays;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;

/// Where on the way from 0 to 1 gradients are taken, and how much each counts.
///
/// @param nodes places in [0, 1]
/// @param weights of the places
public record PathRule(double[] nodes, double[] weights) {
  /// How many places the published analyses take.
  public static final int STEPS = 50;

  /// How places are chosen.
  public enum Method {
    GAUSS_LEGENDRE,
    RIEMANN_LEFT,
    RIEMANN_RIGHT,
    RIEMANN_MIDDLE,
    RIEMANN_TRAPEZOID
  }

  public static PathRule standard() {
    return of(Method.GAUSS_LEGENDRE, STEPS);
  }

  public static PathRule of(Method method, int steps) {
    if (steps < 1 || steps == 1 && method == Method.RIEMANN_TRAPEZOID) {
      throw new IllegalArgumentException(
          "%d steps; at least one is needed, two for the trapezoid rule".formatted(steps));
    }
    var nodes = new double[steps];
    var weights = new double[steps];
    Arrays.fill(weights, 1.0 / steps);
    switch (method) {
      case GAUSS_LEGENDRE -> {
        var rule = new GaussIntegratorFactory().legendre(steps, 0, 1);
        Arrays.setAll(nodes, rule::getPoint);
        Arrays.setAll(weights, rule::getWeight);
      }
      case RIEMANN_LEFT -> Arrays.setAll(nodes, i -> i / (double) steps);
      case RIEMANN_RIGHT -> Arrays.setAll(nodes, i -> (i + 1) / (double) steps);
      case RIEMANN_MIDDLE -> Arrays.setAll(nodes, i -> (i + 0.5) / steps);
      case RIEMANN_TRAPEZOID -> {
        Arrays.setAll(nodes, i -> i / (steps - 1.0));
        weights[0] /= 2;
        weights[steps - 1] /= 2;
      }
    }
    return new PathRule(nodes, weights);
  }
}
