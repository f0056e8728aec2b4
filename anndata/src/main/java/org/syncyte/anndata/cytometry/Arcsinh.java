package org.syncyte.anndata.cytometry;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Dense;

/// The usual transform of cytometry: `arcsinh(raw / cofactor)`, linear around zero and logarithmic
/// beyond the cofactor.
///
/// Scatter channels measure size and grain of a cell, not a protein; they are left as they are
/// unless `scatter` says otherwise.
///
/// @param cofactor for all markers; 5 is usual for mass cytometry, about 150 for fluorescence
/// @param cofactors for single markers, in place of `cofactor`
public record Arcsinh(double cofactor, Map<String, Double> cofactors, boolean scatter) {
  public static final Arcsinh DEFAULT = new Arcsinh(5, Map.of(), false);

  private static final List<String> SCATTER = List.of("FSC", "Fsc", "fsc", "SSC", "Ssc", "ssc");

  public Arcsinh {
    cofactors = Map.copyOf(cofactors);
    refuseBad("the cofactor", cofactor);
    cofactors.forEach((marker, value) -> refuseBad("the cofactor of " + marker, value));
  }

  /// Whether a channel measures light scatter.
  public static boolean isScatter(String marker) {
    return SCATTER.stream().anyMatch(marker::startsWith);
  }

  /// Adds the transformed values as a layer; one of that name is replaced.
  ///
  /// @param from layer with raw values, or null for X
  /// @throws IllegalArgumentException if the layer is missing, or a marker with a cofactor of its
  ///   own
  public AnnData apply(AnnData data, @Nullable String from, String to) {
    var markers = data.var().index();
    for (var marker : cofactors.keySet()) {
      if (!markers.contains(marker)) {
        throw new IllegalArgumentException(
            "a cofactor is given for '%s', which is no marker of the data; they have %s"
                .formatted(marker, markers));
      }
    }
    var values = data.layer(from).toDense().values().clone();
    int width = markers.size();
    for (int g = 0; g < width; g++) {
      var marker = markers.get(g);
      if (isScatter(marker) && !scatter) {
        continue;
      }
      double factor = cofactors.getOrDefault(marker, cofactor);
      for (int at = g; at < values.length; at += width) {
        values[at] = (float) inverseSinh(values[at] / factor);
      }
    }
    return data.withLayer(to, new Dense(data.cells(), width, values));
  }

  private static double inverseSinh(double x) {
    double size = Math.abs(x);
    // log1p keeps small values exact, where log(x + √(x² + 1)) cancels.
    return Math.copySign(Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1))), x);
  }

  private static void refuseBad(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("%s is %s; it must be positive".formatted(what, value));
    }
  }
}
