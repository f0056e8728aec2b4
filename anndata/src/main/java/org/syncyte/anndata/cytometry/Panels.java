package org.syncyte.anndata.cytometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.collection.AnnCollection;
import org.syncyte.anndata.fields.Markers;

/// Batches whose panels measure different markers, brought together.
///
/// The union of the markers is taken; a layer of the shape of the data says what was measured (1)
/// and what was not (0, and 0 as value). Markers of all panels are the *backbone*, by which cells
/// are compared; the others can be imputed.
public final class Panels {
  private Panels() {}

  /// Stacks batches over the union of their markers. Adds the obs column of the batch ("0", "1",
  /// ...); if the panels differ, the mask layer `Markers.MASK` and var columns `_batch_0`, ... that
  /// tell which batch measured a marker. Cells keep their names, a repeated one gets a number.
  ///
  /// @param scaledLayer the layer to model, or null for X; it must hold no NaN
  /// @throws IllegalArgumentException if no marker is common, or a value is NaN
  public static AnnData merge(
      List<AnnData> batches, String batchKey, @Nullable String scaledLayer) {
    for (int b = 0; b < batches.size(); b++) {
      refuseMissing(b, batches.get(b).layer(scaledLayer), batches.get(b).var().index());
    }
    var options =
        new AnnCollection.Options(
            AnnCollection.Join.OUTER, AnnCollection.Join.OUTER, batchKey, List.of(), null);
    var joined = AnnCollection.of(batches, options).view();
    var markers = joined.var().index();
    var held = joined.withObs(new DataFrame(unique(joined.obs().index()), joined.obs().columns()));
    var x = joined.x();
    if (x != null) {
      held = held.withX(x.toDense());
    }
    for (var layer : joined.layers().entrySet()) {
      held = held.withLayer(layer.getKey(), layer.getValue().toDense());
    }
    var panels = batches.stream().map(batch -> Set.copyOf(batch.var().index())).toList();
    if (panels.stream().allMatch(panels.getFirst()::equals)) {
      return held;
    }
    if (markers.stream().noneMatch(m -> panels.stream().allMatch(p -> p.contains(m)))) {
      throw new IllegalArgumentException(
          "the panels of %d batches have no marker in common, by which cells could be compared; are markers spelled alike?"
              .formatted(batches.size()));
    }
    var var = joined.var();
    for (int b = 0; b < panels.size(); b++) {
      var measured = new boolean[markers.size()];
      for (int g = 0; g < measured.length; g++) {
        measured[g] = panels.get(b).contains(markers.get(g));
      }
      var = var.with("_batch_" + b, new Column.Bools(measured, null));
    }
    return held.withVar(var).withLayer(Markers.MASK, mask(batches, markers));
  }

  /// Markers of every panel, in the data's order; all of them without a mask.
  public static List<String> backbone(AnnData data) {
    var mask = data.layers().get(Markers.MASK);
    var names = data.var().index();
    if (mask == null) {
      return names;
    }
    var dense = mask.toDense();
    return IntStream.range(0, names.size())
        .filter(g -> IntStream.range(0, dense.rows()).allMatch(r -> dense.at(r, g) != 0))
        .mapToObj(names::get)
        .toList();
  }

  /// Turns NaN of a layer into 0, and notes in the mask layer where it was.
  ///
  /// @param layer the layer to model, or null for X
  public static AnnData withMask(AnnData data, @Nullable String layer) {
    var values = data.layer(layer).toDense().values().clone();
    var mask = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      boolean measured = !Float.isNaN(values[i]);
      mask[i] = measured ? 1 : 0;
      values[i] = measured ? values[i] : 0;
    }
    var filled = new Dense(data.cells(), data.genes(), values);
    return (layer == null ? data.withX(filled) : data.withLayer(layer, filled))
        .withLayer(Markers.MASK, new Dense(data.cells(), data.genes(), mask));
  }

  /// Data as if one batch had not measured some markers, to see how well they are imputed.
  ///
  /// @throws IllegalArgumentException if the batch or a marker is unknown
  public static AnnData masked(
      AnnData data, List<String> markers, String batchKey, String batch, @Nullable String layer) {
    var names = data.var().index();
    for (var marker : markers) {
      if (!names.contains(marker)) {
        throw new IllegalArgumentException(
            "marker '%s' is not in the data; they have %s".formatted(marker, names));
      }
    }
    var column =
        data.obs()
            .column(batchKey)
            .orElseThrow(() ->
                new IllegalArgumentException("batch: column '" + batchKey + "' is not in obs"));
    var old = data.layers().get(Markers.MASK);
    var mask = old == null ? null : old.toDense();
    var known = new float[Math.multiplyExact(data.cells(), data.genes())];
    Arrays.fill(known, 1);
    if (mask != null) {
      System.arraycopy(mask.values(), 0, known, 0, known.length);
    }
    var values = data.layer(layer).toDense().values().clone();
    boolean any = false;
    for (int cell = 0; cell < data.cells(); cell++) {
      if (batch.equals(column.text(cell))) {
        any = true;
        for (var marker : markers) {
          int at = cell * names.size() + names.indexOf(marker);
          known[at] = 0;
          values[at] = 0;
        }
      }
    }
    if (!any) {
      throw new IllegalArgumentException(
          "batch '%s' has no cell in column '%s'".formatted(batch, batchKey));
    }
    var filled = new Dense(data.cells(), data.genes(), values);
    return (layer == null ? data.withX(filled) : data.withLayer(layer, filled))
        .withLayer(Markers.MASK, new Dense(data.cells(), data.genes(), known));
  }

  private static Dense mask(List<AnnData> batches, List<String> markers) {
    int cells = batches.stream().mapToInt(AnnData::cells).sum();
    var mask = new float[Math.multiplyExact(cells, markers.size())];
    int at = 0;
    for (int b = 0; b < batches.size(); b++) {
      var old = batches.get(b).layers().get(Markers.MASK);
      var dense = old == null ? null : old.toDense();
      var own = batches.get(b).var().index();
      var position = markers.stream().mapToInt(own::indexOf).toArray();
      for (int cell = 0; cell < batches.get(b).cells(); cell++) {
        for (int column : position) {
          mask[at++] = column >= 0 && (dense == null || dense.at(cell, column) != 0) ? 1 : 0;
        }
      }
    }
    return new Dense(cells, markers.size(), mask);
  }

  private static void refuseMissing(int batch, Matrix values, List<String> markers) {
    var dense = values.toDense();
    for (int i = 0; i < dense.values().length; i++) {
      if (Float.isNaN(dense.values()[i])) {
        throw new IllegalArgumentException(
            "batch %d: marker '%s' is NaN in cell %d; mark what was not measured first, or leave it out"
                .formatted(batch, markers.get(i % dense.columns()), i / dense.columns()));
      }
    }
  }

  private static List<String> unique(List<String> names) {
    var taken = new HashSet<>(names);
    var seen = new HashSet<String>();
    var unique = new ArrayList<String>();
    for (var name : names) {
      var free = name;
      for (int i = 1; !seen.add(free); i++) {
        free = name + "-" + i;
        if (taken.contains(free)) {
          free = name;
        }
      }
      taken.add(free);
      unique.add(free);
    }
    return unique;
  }
}
