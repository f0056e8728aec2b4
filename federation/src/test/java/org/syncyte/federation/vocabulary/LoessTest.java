package org.syncyte.federation.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoessTest {
  /// Local parabola at one place by modified Gram-Schmidt over all points: slow, and another way to
  /// the same number.
  static double qr(int[] points, double[] mean, double[] variance, double x0, double span) {
    double[] x = Arrays.stream(points).mapToDouble(g -> StrictMath.log10(mean[g])).toArray();
    double[] y = Arrays.stream(points).mapToDouble(g -> StrictMath.log10(variance[g])).toArray();
    return qr(x, y, x0, span);
  }

  private static double qr(double[] x, double[] y, double x0, double span) {
    int n = x.length;
    double[] distances = Arrays.stream(x).map(v -> Math.abs(v - x0)).sorted().toArray();
    double h = distances[(int) Math.floor(n * span + 1e-5) - 1];
    double[][] columns = new double[4][n];
    for (int i = 0; i < n; i++) {
      double u = Math.abs(x[i] - x0) / h;
      double root = u < 1 ? Math.pow(1 - u * u * u, 1.5) : 0;
      double d = x[i] - x0;
      columns[0][i] = root * d * d;
      columns[1][i] = root * d;
      columns[2][i] = root;
      columns[3][i] = root * y[i];
    }
    double last = 0;
    for (int c = 0; c < 3; c++) {
      double norm = Math.sqrt(dot(columns[c], columns[c]));
      for (int later = c + 1; later < 4; later++) {
        double r = dot(columns[c], columns[later]) / norm;
        for (int i = 0; i < n; i++) {
          columns[later][i] -= r * columns[c][i] / norm;
        }
        last = c == 2 ? r / norm : 0;
      }
    }
    return last;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void equalsLeastSquaresByOrthogonalisation() {
    var random = new Random(1);
    double[] x = random.doubles(300, -3, 3).toArray();
    double[] y = Arrays.stream(x).map(v -> Math.sin(v) + random.nextGaussian() / 5).toArray();

    double[] fit = Loess.fit(x, y, 0.3);

    for (int i = 0; i < x.length; i++) {
      assertThat(fit[i]).isCloseTo(qr(x, y, x[i], 0.3), within(1e-10));
    }
  }

  @Test
  void keepsParabolasAsTheyAre() {
    double[] x = IntStream.range(0, 50).mapToDouble(i -> i * i / 100.0).toArray();
    double[] y = Arrays.stream(x).map(v -> 3 - v + 0.25 * v * v).toArray();

    double[] fit = Loess.fit(x, y, 0.5);

    for (int i = 0; i < x.length; i++) {
      assertThat(fit[i]).isCloseTo(y[i], within(1e-9));
    }
  }

  @Test
  void equalPlacesGetTheirMean() {
    assertThat(Loess.fit(new double[] {1, 1, 1, 1}, new double[] {1, 2, 3, 6}, 1))
        .containsExactly(3, 3, 3, 3);
    assertThat(Loess.fit(new double[] {2}, new double[] {5}, 0.3)).containsExactly(5);
  }
}
