package org.syncyte.anndata.fields;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Blocks;
import org.syncyte.anndata.loader.DataSource;

/// What a model of protein markers must remember of its data, beside their names.
///
/// Values of markers are real numbers, already transformed. Panels of several batches need not
/// agree: a mask layer, of the shape of the data, holds 1 where a marker was measured and 0 where
/// it was not. The markers that were measured in every cell are the *backbone*.
///
/// @param maskLayer the layer with the mask, or null when everything was measured
/// @param sampleKey column of the samples, or null for one sample
/// @param samples sample categories; a single "0" without a column
/// @param backbone markers measured in every cell, in the model's order
public record Markers(
    @Nullable String maskLayer,
    @Nullable String sampleKey,
    List<String> samples,
    List<String> backbone) {
  /// The layer that holds the mask unless another is named.
  public static final String MASK = "_nan_mask";

  public Markers {
    samples = List.copyOf(samples);
    backbone = List.copyOf(backbone);
  }

  /// Whether some markers were not measured in some cells.
  public boolean masked() {
    return maskLayer != null;
  }

  /// @param maskLayer the layer with the mask; null takes `MASK` if the data have it
  /// @throws IllegalArgumentException if a layer or column is not there, or a marker was measured
  ///   in no cell, or none in all
  static Markers of(AnnData data, @Nullable String maskLayer, @Nullable String sampleKey) {
    var names = data.var().index();
    if (names.size() < 2) {
      throw new IllegalArgumentException(
          "markers: %s; a model of markers needs at least two, each is inferred from the others"
              .formatted(names.isEmpty() ? "none" : "only '" + names.getFirst() + "'"));
    }
    var mask = maskLayer == null && data.layers().containsKey(MASK) ? MASK : maskLayer;
    return new Markers(
        mask,
        sampleKey,
        sampleKey == null ? Categories.ONE : Categories.of("sample", data, sampleKey),
        mask == null ? names : backbone(data, mask));
  }

  private static List<String> backbone(AnnData data, String mask) {
    var names = data.var().index();
    var matrix = data.layer(mask);
    var measured = new int[names.size()];
    Blocks.walk(
        matrix,
        DataSource.BLOCK,
        (rows, _) -> {
          for (int k = 0; k < rows.stored(); k++) {
            if (rows.values()[k] != 0) {
              measured[rows.indices()[k]]++;
            }
          }
        });
    var backbone = new ArrayList<String>();
    for (int g = 0; g < measured.length; g++) {
      if (measured[g] == 0) {
        throw new IllegalArgumentException(
            "marker '%s' was measured in no cell (layer '%s'); leave it out"
                .formatted(names.get(g), mask));
      }
      if (measured[g] == matrix.rows()) {
        backbone.add(names.get(g));
      }
    }
    if (backbone.isEmpty()) {
      throw new IllegalArgumentException(
          "markers: none was measured in every cell (layer '%s'), so cells of different panels cannot be compared; leave out a batch, or cells"
              .formatted(mask));
    }
    return backbone;
  }
}
