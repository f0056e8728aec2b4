package org.syncyte.models;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.cytometry.Panels;
import org.syncyte.anndata.cytometry.Scaling;

/// Cells of four types with twelve markers, in two batches.
///
/// It assumes: a type has or lacks each marker (one of a few patterns), a cell's activation between
/// 0 and 1 moves every third marker alike, noise is normal, and the second batch is brighter and
/// more stretched, by marker. Values are scaled to between 0 and 1 within each batch. Samples are
/// quarters of the cells; in the last two, of condition "b", the fourth type is three times as
/// frequent.
///
/// @param complete with every marker measured everywhere
/// @param types type of each cell
record MadeUpMarkers(AnnData complete, int[] types) {
  static final int MARKERS = 12;

  /// The markers that the second panel lacks: one of a type, one that activation moves.
  static final List<String> HIDDEN = List.of("m02", "m09");

  static MadeUpMarkers of(int cells, long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var values = new float[cells * MARKERS];
    var types = new int[cells];
    var batches = new int[cells];
    var samples = new int[cells];
    var names = new ArrayList<String>();
    for (int c = 0; c < cells; c++) {
      names.add("cell" + c);
      batches[c] = c % 2;
      samples[c] = 4 * c / cells;
      double rare = samples[c] < 2 ? 0.15 : 0.45;
      types[c] = random.nextDouble() < rare ? 3 : random.nextInt(3);
      double activation = random.nextDouble();
      for (int g = 0; g < MARKERS; g++) {
        double mean = (g + types[c]) % 4 < 2 ? 3 : 1;
        mean += g % 3 == 0 ? 2 * activation : 0;
        double value = mean + 0.15 * random.nextGaussian();
        values[c * MARKERS + g] =
            (float) (batches[c] == 0 ? value : (1.2 + 0.05 * g) * value + 0.5);
      }
    }
    var markers = new ArrayList<String>();
    for (int g = 0; g < MARKERS; g++) {
      markers.add("m%02d".formatted(g));
    }
    var obs =
        DataFrame.of(names)
            .with("batch", new Column.Categorical(batches, List.of("one", "two"), false))
            .with("sample", new Column.Categorical(samples, List.of("s1", "s2", "s3", "s4"), false))
            .with(
                "condition",
                new Column.Categorical(
                    java.util.Arrays.stream(samples).map(s -> s / 2).toArray(),
                    List.of("a", "b"),
                    false))
            .with("type", new Column.Categorical(types, List.of("t0", "t1", "t2", "t3"), false));
    var raw = AnnData.of(new Dense(cells, MARKERS, values), obs, DataFrame.of(markers));
    return new MadeUpMarkers(Scaling.MINMAX.apply(raw, null, "scaled", "batch"), types);
  }

  /// As measured: the second batch lacks some markers.
  AnnData measured() {
    return Panels.masked(complete, HIDDEN, "batch", "two", "scaled");
  }

  int[] batches() {
    var column = (Column.Categorical) complete.obs().columns().get("batch");
    return column == null ? new int[0] : column.codes();
  }
}
