package org.syncyte.anndata.cytometry;

import java.util.Arrays;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Dense;

/// Brings all markers to one scale, each by itself, over all cells or within each batch.
///
///     MINMAX    (x - min) / (max - min), stretched to [low + margin, high - margin]
///     STANDARD  (x - mean) / deviation
///
/// The margin keeps values off the ends, which a Beta likelihood gives no density. A constant marker
/// becomes `low + margin`, or zero. Values that are NaN stay so and have no say in the scale.
public record Scaling(Method method, double low, double high, double margin) {
  public enum Method {
    MINMAX,
    STANDARD
  }

  public static final Scaling MINMAX = new Scaling(Method.MINMAX, 0, 1, 1e-6);
  public static final Scaling STANDARD = new Scaling(Method.STANDARD, 0, 1, 1e-6);

  public Scaling {
    if (!(margin >= 0) || !(high - low > 2 * margin)) {
      throw new IllegalArgumentException(
          "scale from %s to %s with a margin of %s; the range must be wider than both margins"
              .formatted(low, high, margin));
    }
  }

  /// Adds the scaled values as a layer; one of that name is replaced.
  ///
  /// @param from layer with transformed values, or null for X
  /// @param batchKey column of batches that are scaled apart, or null
  /// @throws IllegalArgumentException if the layer or column is missing
  public AnnData apply(AnnData data, @Nullable String from, String to, @Nullable String batchKey) {
    var values = data.layer(from).toDense().values().clone();
    int width = data.genes();
    var groups = groups(data, batchKey);
    for (int group = 0; group <= Arrays.stream(groups).max().orElse(-1); group++) {
      for (int g = 0; g < width; g++) {
        scale(values, g, width, groups, group);
      }
    }
    return data.withLayer(to, new Dense(data.cells(), width, values));
  }

  private void scale(float[] values, int marker, int width, int[] groups, int group) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    double sum = 0;
    long count = 0;
    for (int cell = 0; cell < groups.length; cell++) {
      double value = values[cell * width + marker];
      if (groups[cell] == group && !Double.isNaN(value)) {
        least = Math.min(least, value);
        most = Math.max(most, value);
        sum += value;
        count++;
      }
    }
    double mean = sum / count;
    double squares = 0;
    for (int cell = 0; cell < groups.length; cell++) {
      double value = values[cell * width + marker];
      if (groups[cell] == group && !Double.isNaN(value)) {
        squares += (value - mean) * (value - mean);
      }
    }
    double deviation = Math.sqrt(squares / count);
    for (int cell = 0; cell < groups.length; cell++) {
      if (groups[cell] == group) {
        int at = cell * width + marker;
        values[at] =
            (float)
                switch (method) {
                  case STANDARD -> (values[at] - mean) / (deviation == 0 ? 1 : deviation);
                  case MINMAX -> {
                    double share = most == least ? 0 : (values[at] - least) / (most - least);
                    yield low + margin + share * (high - low - 2 * margin);
                  }
                };
      }
    }
  }

  private static int[] groups(AnnData data, @Nullable String batchKey) {
    var groups = new int[data.cells()];
    if (batchKey == null) {
      return groups;
    }
    var column =
        data.obs()
            .column(batchKey)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "batch: column '%s' is not in obs; it has %s"
                        .formatted(batchKey, data.obs().columns().keySet())));
    var names = new TreeSet<String>();
    for (int cell = 0; cell < groups.length; cell++) {
      names.add(name(column.text(cell)));
    }
    var order = names.stream().toList();
    for (int cell = 0; cell < groups.length; cell++) {
      groups[cell] = order.indexOf(name(column.text(cell)));
    }
    return groups;
  }

  private static String name(@Nullable String text) {
    return text == null ? "" : text;
  }
}
