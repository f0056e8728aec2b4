package org.syncyte.onnx.runtime;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.syncyte.anndata.Dense;

/// Exact nearest neighbours in a latent space, by looking at every reference cell.
///
/// The reference is kept by coordinate in blocks, so that the squared distances from one query cell
/// to a block are plain loops over arrays, which the compiler turns into vector code. Distances are
/// float32; of two equally near cells the one that comes first is nearer, so the answer does not
/// depend on the number of threads.
public final class Neighbours {
  private static final int BLOCK = 1024;

  private final int cells;
  private final int width;
  private final float[] blocks;

  /// @throws IllegalArgumentException if a coordinate is not a number
  public Neighbours(Dense reference) {
    cells = reference.rows();
    width = reference.columns();
    int count = (cells + BLOCK - 1) / BLOCK;
    blocks = new float[Math.multiplyExact(Math.multiplyExact(count, BLOCK), width)];
    for (int r = 0; r < cells; r++) {
      for (int c = 0; c < width; c++) {
        float value = reference.at(r, c);
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException(
              "reference cell %d has %s as latent coordinate %d; the reference is damaged"
                  .formatted(r, value, c));
        }
        blocks[(r / BLOCK * width + c) * BLOCK + r % BLOCK] = value;
      }
    }
  }

  public int cells() {
    return cells;
  }

  /// The nearest reference cells of every query cell, nearest first.
  ///
  /// @throws IllegalArgumentException if there are fewer than `k` reference cells, or if the query
  ///   lies in another space
  public Nearest of(Dense queries, int k) {
    if (k < 1 || k > cells) {
      throw new IllegalArgumentException(
          "%d neighbours are asked for; the reference has %d cells".formatted(k, cells));
    }
    if (queries.columns() != width) {
      throw new IllegalArgumentException(
          "the query has %d latent coordinates, the reference %d"
              .formatted(queries.columns(), width));
    }
    var indices = new int[Math.multiplyExact(queries.rows(), k)];
    var distances = new float[indices.length];
    IntStream.range(0, queries.rows())
        .parallel()
        .forEach(row -> search(queries, row, k, indices, distances));
    return new Nearest(k, indices, distances);
  }

  private void search(Dense queries, int row, int k, int[] indices, float[] distances) {
    int start = row * k;
    Arrays.fill(distances, start, start + k, Float.POSITIVE_INFINITY);
    Arrays.fill(indices, start, start + k, -1);
    var squares = new float[BLOCK];
    for (int first = 0; first < cells; first += BLOCK) {
      Arrays.fill(squares, 0);
      for (int c = 0; c < width; c++) {
        add(queries.at(row, c), (first / BLOCK * width + c) * BLOCK, squares);
      }
      int length = Math.min(BLOCK, cells - first);
      for (int i = 0; i < length; i++) {
        if (squares[i] < distances[start + k - 1]) {
          insert(first + i, squares[i], start, k, indices, distances);
        }
      }
    }
    for (int i = start; i < start + k; i++) {
      distances[i] = (float) Math.sqrt(distances[i]);
    }
  }

  private void add(float query, int from, float[] squares) {
    for (int i = 0; i < BLOCK; i++) {
      float apart = blocks[from + i] - query;
      squares[i] += apart * apart;
    }
  }

  private static void insert(
      int cell, float square, int start, int k, int[] indices, float[] distances) {
    int at = start + k - 1;
    while (at > start && distances[at - 1] > square) {
      distances[at] = distances[at - 1];
      indices[at] = indices[at - 1];
      at--;
    }
    distances[at] = square;
    indices[at] = cell;
  }

  /// The neighbours of query cell `q` are `indices[q * k .. (q + 1) * k)`, nearest first.
  public record Nearest(int k, int[] indices, float[] distances) {}
}
