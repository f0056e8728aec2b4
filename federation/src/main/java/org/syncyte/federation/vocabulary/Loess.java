package org.syncyte.federation.vocabulary;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Local quadratic regression (loess, degree 2, one covariate), evaluated at every point.
///
/// At x0 the ⌊n·span⌋ nearest points count, with the tricube weight (1 − (|x − x0|/h)³)³, h being
/// the distance of the furthest of them; the value is that of the weighted least-squares parabola.
/// Cleveland, J. Am. Stat. Assoc. 74, 1979. Every point has its own fit (the "direct" surface),
/// with no interpolation between fits. Points where a parabola is not determined (many equal x) get
/// the line, or the mean. Time: n · n · span.
public final class Loess {
  private static final double DEGENERATE = 1e-10;

  private Loess() {}

  /// @return the smoothed value at each x, in the order given
  public static double[] fit(double[] x, double[] y, double span) {
    int n = x.length;
    if (n != y.length || n == 0 || !(span > 0 && span <= 1)) {
      throw new IllegalArgumentException(
          "loess needs as many x as y, at least one, and a span in (0, 1], not %d, %d, %s"
              .formatted(n, y.length, span));
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(i -> x[i]).thenComparing(i -> i))
            .mapToInt(i -> i)
            .toArray();
    double[] xs = Arrays.stream(order).mapToDouble(i -> x[i]).toArray();
    double[] ys = Arrays.stream(order).mapToDouble(i -> y[i]).toArray();
    int q = Math.min(n, Math.max(3, (int) Math.floor(n * span + 1e-5)));
    double[] fitted = new double[n];
    int left = 0;
    for (int i = 0; i < n; i++) {
      while (left + q < n && xs[left + q] - xs[i] < xs[i] - xs[left]) {
        left++;
      }
      boolean tied = i > 0 && xs[i] == xs[i - 1];
      fitted[order[i]] = tied ? fitted[order[i - 1]] : at(xs, ys, left, q, xs[i]);
    }
    return fitted;
  }

  private static double at(double[] x, double[] y, int left, int q, double x0) {
    double h = Math.max(x0 - x[left], x[left + q - 1] - x0);
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double t0 = 0;
    double t1 = 0;
    double t2 = 0;
    for (int j = left; j < left + q; j++) {
      double u = h == 0 ? 0 : (x[j] - x0) / h;
      double distance = Math.abs(u);
      if (distance < 1) {
        double cube = 1 - distance * distance * distance;
        double w = cube * cube * cube;
        double wu = w * u;
        double wu2 = wu * u;
        s0 += w;
        s1 += wu;
        s2 += wu2;
        s3 += wu2 * u;
        s4 += wu2 * u * u;
        t0 += w * y[j];
        t1 += wu * y[j];
        t2 += wu2 * y[j];
      }
    }
    double line = s0 * s2 - s1 * s1;
    if (line <= DEGENERATE * s0 * s0) {
      return t0 / s0;
    }
    double c0 = s2 * s4 - s3 * s3;
    double c1 = s1 * s4 - s2 * s3;
    double c2 = s1 * s3 - s2 * s2;
    double parabola = s0 * c0 - s1 * c1 + s2 * c2;
    if (parabola <= DEGENERATE * s0 * line) {
      return (s2 * t0 - s1 * t1) / line;
    }
    return (c0 * t0 - c1 * t1 + c2 * t2) / parabola;
  }
}
