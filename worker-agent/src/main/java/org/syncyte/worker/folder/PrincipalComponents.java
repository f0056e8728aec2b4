package org.syncyte.worker.folder;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.syncyte.anndata.Dense;

/// Latent coordinates in two dimensions.
///
/// An eigenvector's sign is free; it is fixed so that the component's largest coordinate is
/// positive, and the same model gives the same picture.
public final class PrincipalComponents {
  private PrincipalComponents() {}

  /// The first two principal components, rounded to float.
  public static float[][] of(Dense latent) {
    int rows = latent.rows();
    int width = latent.columns();
    var mean = new double[width];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < width; c++) {
        mean[c] += latent.at(r, c) / (double) rows;
      }
    }
    var covariance = new DMatrixRMaj(width, width);
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        double a = latent.at(r, i) - mean[i];
        for (int j = 0; j <= i; j++) {
          covariance.add(i, j, a * (latent.at(r, j) - mean[j]) / rows);
        }
      }
    }
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < i; j++) {
        covariance.set(j, i, covariance.get(i, j));
      }
    }
    var eigen = DecompositionFactory_DDRM.eig(width, true, true);
    if (!eigen.decompose(covariance)) {
      throw new IllegalStateException("the latent coordinates have no principal components");
    }
    var order =
        IntStream.range(0, width)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -eigen.getEigenvalue(i).getReal()))
            .toList();
    var result = new float[2][rows];
    for (int k = 0; k < Math.min(2, width); k++) {
      var vector = eigen.getEigenVector(order.get(k));
      double largest = 0;
      for (int c = 0; c < width; c++) {
        largest = Math.abs(vector.get(c)) > Math.abs(largest) ? vector.get(c) : largest;
      }
      double sign = largest < 0 ? -1 : 1;
      for (int r = 0; r < rows; r++) {
        double sum = 0;
        for (int c = 0; c < width; c++) {
          sum += (latent.at(r, c) - mean[c]) * vector.get(c);
        }
        result[k][r] = (float) (sign * sum);
      }
    }
    return result;
  }
}
