package org.syncyte.models.metrics;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.syncyte.anndata.Dense;

/// Exact nearest neighbours by Euclidean distance, by comparing all pairs.
///
/// Query cells are taken in blocks so that a block and the candidates it meets stay in cache; each
/// query keeps its k best in a sorted list. Equal distances go to the lower position.
public final class Neighbours {
  private static final int BLOCK = 64;

  private Neighbours() {}

  /// @param candidate which cells may be neighbours; a cell is never its own
  /// @return for each query its `k` nearest candidates, nearest first
  /// @throws IllegalArgumentException if there are fewer than `k` candidates
  public static int[][] of(Dense points, int[] queries, IntPredicate candidate, int k) {
    var candidates = IntStream.range(0, points.rows()).filter(candidate).toArray();
    if (k < 1 || candidates.length <= k) {
      throw new IllegalArgumentException(
          "%d neighbours are asked for among %d cells; more cells than neighbours are needed"
              .formatted(k, candidates.length));
    }
    var nearest = new int[queries.length][];
    int blocks = (queries.length + BLOCK - 1) / BLOCK;
    IntStream.range(0, blocks)
        .parallel()
        .forEach(block -> {
          int from = block * BLOCK;
          int to = Math.min(queries.length, from + BLOCK);
          var best = new Best[to - from];
          for (int q = from; q < to; q++) {
            best[q - from] = new Best(k);
          }
          for (int c : candidates) {
            for (int q = from; q < to; q++) {
              if (queries[q] != c) {
                best[q - from].offer(c, distance(points, queries[q], c));
              }
            }
          }
          for (int q = from; q < to; q++) {
            nearest[q] = best[q - from].cells;
          }
        });
    return nearest;
  }

  private static float distance(Dense points, int a, int b) {
    float sum = 0;
    int width = points.columns();
    for (int d = 0; d < width; d++) {
      float difference = points.values()[a * width + d] - points.values()[b * width + d];
      sum += difference * difference;
    }
    return sum;
  }

  private static final class Best {
    private final int[] cells;
    private final float[] distances;
    private int size;

    Best(int k) {
      cells = new int[k];
      distances = new float[k];
    }

    void offer(int cell, float distance) {
      if (size == cells.length && !(distance < distances[size - 1])) {
        return;
      }
      int at = size < cells.length ? size++ : size - 1;
      while (at > 0 && distances[at - 1] > distance) {
        cells[at] = cells[at - 1];
        distances[at] = distances[at - 1];
        at--;
      }
      cells[at] = cell;
      distances[at] = distance;
    }
  }
}
