package org.syncyte.models.tasks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;

/// The nine tenths of a group that lie nearest to its robust centre in latent space.
///
/// Centre and covariance are those of the half of the cells whose covariance has the least
/// determinant, found from random starts by concentration: take the half nearest to the present
/// centre, compute centre and covariance anew, until nothing changes. A group whose covariance
/// cannot be inverted is taken whole.
///
/// Rousseeuw and Van Driessen, Technometrics 41, 1999.
record Inliers(Fit fit, DataSource data, long seed) {
  private static final double KEPT = 0.9;
  private static final int STARTS = 30;
  private static final int ROUNDS = 30;
  private static final int MOST = 2000;

  /// A centre and what the squared distance from it is measured by.
  private record Ellipse(double[] centre, DMatrixRMaj inverse, double determinant) {
    double distance(double[] point) {
      double sum = 0;
      for (int i = 0; i < centre.length; i++) {
        for (int j = 0; j < centre.length; j++) {
          sum += (point[i] - centre[i]) * inverse.get(i, j) * (point[j] - centre[j]);
        }
      }
      return sum;
    }
  }

  int[] of(int[] cells) {
    var mean = LatentRepresentation.of(fit, new Selection(data, cells)).mean();
    var points = new double[cells.length][mean.columns()];
    for (int i = 0; i < cells.length; i++) {
      for (int d = 0; d < mean.columns(); d++) {
        points[i][d] = mean.at(i, d);
      }
    }
    return Arrays.stream(nearest(points, seed)).map(i -> cells[i]).toArray();
  }

  static int[] nearest(double[][] points, long seed) {
    int kept = (int) Math.ceil(KEPT * points.length);
    int width = points[0].length;
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var sample =
        points.length <= MOST
            ? points
            : IntStream.range(0, MOST)
                .mapToObj(_ -> points[random.nextInt(points.length)])
                .toArray(double[][]::new);
    int half = (sample.length + width + 1) / 2;
    if (kept < 2 || half >= sample.length) {
      return IntStream.range(0, points.length).toArray();
    }
    Ellipse best = null;
    for (int start = 0; start < STARTS; start++) {
      var found = concentrated(sample, half, random);
      if (found != null && (best == null || found.determinant < best.determinant)) {
        best = found;
      }
    }
    if (best == null) {
      return IntStream.range(0, points.length).toArray();
    }
    var chosen = Arrays.copyOf(byDistance(points, best), kept);
    Arrays.sort(chosen);
    return chosen;
  }

  private static @Nullable Ellipse concentrated(
      double[][] points, int half, RandomGenerator random) {
    int[] members = random.ints(points[0].length + 1L, 0, points.length).toArray();
    double before = Double.POSITIVE_INFINITY;
    Ellipse ellipse = null;
    for (int round = 0; round < ROUNDS; round++) {
      ellipse = ellipse(points, members, round == 0);
      if (ellipse == null) {
        return null;
      }
      if (round > 0 && ellipse.determinant >= before * (1 - 1e-9)) {
        break;
      }
      before = round == 0 ? before : ellipse.determinant;
      members = Arrays.copyOf(byDistance(points, ellipse), half);
    }
    return ellipse;
  }

  private static int[] byDistance(double[][] points, Ellipse ellipse) {
    var distances = Arrays.stream(points).mapToDouble(ellipse::distance).toArray();
    return IntStream.range(0, points.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> distances[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static @Nullable Ellipse ellipse(double[][] points, int[] members, boolean loose) {
    int width = points[0].length;
    double n = members.length;
    var centre = new double[width];
    for (int member : members) {
      for (int d = 0; d < width; d++) {
        centre[d] += points[member][d] / n;
      }
    }
    var covariance = new DMatrixRMaj(width, width);
    for (int member : members) {
      for (int i = 0; i < width; i++) {
        for (int j = 0; j < width; j++) {
          double product = (points[member][i] - centre[i]) * (points[member][j] - centre[j]);
          covariance.add(i, j, product / n);
        }
      }
    }
    if (loose) {
      // As many points as dimensions: only a start, made round where it is flat.
      double trace = CommonOps_DDRM.trace(covariance) / width;
      for (int i = 0; i < width; i++) {
        covariance.add(i, i, 0.1 * trace + 1e-12);
      }
    }
    double determinant = CommonOps_DDRM.det(covariance);
    var inverse = new DMatrixRMaj(width, width);
    if (!(determinant > 0) || !CommonOps_DDRM.invert(covariance, inverse)) {
      return null;
    }
    return new Ellipse(centre, inverse, determinant);
  }
}
