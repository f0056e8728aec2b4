package org.syncyte.models.tasks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;

/// How much each feature of each cell moved a score away from that of an empty cell.
///
/// @param features names of the columns
/// @param values (cells, features), signed; a row sums to the score's change
/// @param outputs names of the scores there are
/// @param targets of each cell, the score that was explained
/// @param change of each cell, its score minus that of the baseline
public record Attributions(
    List<String> features, Dense values, List<String> outputs, int[] targets, double[] change) {
  public Attributions {
    features = List.copyOf(features);
    outputs = List.copyOf(outputs);
  }

  /// The largest difference between the sum of a row and the change of its score, relative to the
  /// largest change: zero up to the error of the integral.
  public double incompleteness() {
    double largest = 0;
    double scale = 1e-12;
    for (int cell = 0; cell < values.rows(); cell++) {
      double sum = 0;
      for (int g = 0; g < values.columns(); g++) {
        sum += values.at(cell, g);
      }
      largest = Math.max(largest, Math.abs(sum - change[cell]));
      scale = Math.max(scale, Math.abs(change[cell]));
    }
    return largest / scale;
  }

  /// The cells whose score of that name was explained.
  public int[] cellsTowards(String output) {
    int at = NormalizedExpression.position(outputs, "target", output);
    return IntStream.range(0, targets.length).filter(cell -> targets[cell] == at).toArray();
  }

  /// Features by falling mean attribution over some cells, under the published column names.
  public DataFrame ranked(int[] cells) {
    int width = values.columns();
    var mean = new double[width];
    var square = new double[width];
    for (int cell : cells) {
      for (int g = 0; g < width; g++) {
        double value = values.at(cell, g);
        mean[g] += value / cells.length;
        square[g] += value * value / cells.length;
      }
    }
    var order =
        IntStream.range(0, width)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer g) -> -mean[g]))
            .mapToInt(Integer::intValue)
            .toArray();
    var deviation = new double[width];
    for (int g = 0; g < width; g++) {
      deviation[g] = Math.sqrt(Math.max(0, square[g] - mean[g] * mean[g]));
    }
    var columns = new LinkedHashMap<String, Column>();
    columns.put("feature", new Column.Strings(features.toArray(String[]::new)));
    columns.put(
        "feature_idx", new Column.Ints(IntStream.range(0, width).asLongStream().toArray(), null));
    columns.put("modality", new Column.Categorical(new int[width], List.of("None"), false));
    columns.put("attribution_mean", new Column.Floats(mean, false));
    columns.put("attribution_std", new Column.Floats(deviation, false));
    var counts = new long[width];
    java.util.Arrays.fill(counts, cells.length);
    columns.put("cells", new Column.Ints(counts, null));
    var sorted = new DataFrame(features, columns).at(order);
    return new DataFrame(
        IntStream.range(0, width).mapToObj(Integer::toString).toList(), sorted.columns());
  }

  /// The ranking of each group, one below the other, with the columns `group` and `target`. A group
  /// whose cells were explained by different scores has the target "own".
  public DataFrame ranked(Map<String, int[]> groups) {
    var tables = new ArrayList<DataFrame>();
    groups.forEach((name, cells) -> {
      if (cells.length > 0) {
        var aims = IntStream.of(cells).map(cell -> targets[cell]).distinct().toArray();
        tables.add(
            ranked(cells)
                .with("group", constant(name))
                .with("target", constant(aims.length == 1 ? outputs.get(aims[0]) : "own")));
      }
    });
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("no group has a cell; there is nothing to rank");
    }
    return Tables.below(tables);
  }

  private Column constant(String text) {
    return new Column.Categorical(new int[features.size()], List.of(text), false);
  }
}
