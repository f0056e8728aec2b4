package org.syncyte.worker.folder;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Dense;

/// A picture of the published cells: `latent_map.json`.
///
///     {"x": [], "y": [], "obs": {"cell_type": {"codes": [], "categories": []}, ...}}
///
/// x and y are the first two principal components of the posterior means. An eigenvector's sign is
/// free; it is fixed so that the component's largest coordinate is positive, and the same model gives
/// the same picture.
public final class LatentMap {
  private static final int MAX_CELLS = 200_000;

  private LatentMap() {}

  static byte[] json(AnnData cells, Dense latent) {
    var projected = components(latent);
    int step = Math.max(1, (cells.cells() + MAX_CELLS - 1) / MAX_CELLS);
    var obs = new LinkedHashMap<String, Object>();
    cells
        .obs()
        .columns()
        .forEach((name, column) -> {
          if (column instanceof Column.Categorical(var codes, var categories, var _)) {
            obs.put(name, Map.of("codes", every(codes, step), "categories", categories));
          }
        });
    try {
      return new com.fasterxml.jackson.databind.ObjectMapper()
          .writeValueAsBytes(
              Map.of("x", every(projected[0], step), "y", every(projected[1], step), "obs", obs));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("arrays and maps have a JSON form", e);
    }
  }

  /// The first two principal components, rounded to float.
  public static float[][] components(Dense latent) {
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
        java.util.stream.IntStream.range(0, width)
            .boxed()
            .sorted(
                java.util.Comparator.comparingDouble(
                    (Integer i) -> -eigen.getEigenvalue(i).getReal()))
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

  private static int[] every(int[] values, int step) {
    var chosen = new int[(values.length + step - 1) / step];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = values[i * step];
    }
    return chosen;
  }

  private static float[] every(float[] values, int step) {
    var chosen = new float[(values.length + step - 1) / step];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = values[i * step];
    }
    return chosen;
  }
}
