package org.syncyte.anndata.collection;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Blocks;
import org.syncyte.anndata.Csc;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// Matrices on top of each other, each with its columns brought to a common order. Rows are read
/// from the parts when asked for and come in the order of the request.
public final class Stacked implements Backed {
  /// One matrix; `columns[j]` is its column for common column `j`, or -1. Null when they agree.
  public record Part(Matrix matrix, int @Nullable [] columns) {}

  private final List<Part> parts;
  private final int[] starts;
  private final int columns;

  public Stacked(List<Part> parts, int columns) {
    // Sparse columns would be turned into rows for every request.
    this.parts =
        parts.stream()
            .map(part ->
                part.matrix() instanceof Csc columnwise
                    ? new Part(columnwise.toCsr(), part.columns())
                    : part)
            .toList();
    this.columns = columns;
    this.starts = new int[parts.size() + 1];
    for (int p = 0; p < starts.length - 1; p++) {
      starts[p + 1] = Math.addExact(starts[p], parts.get(p).matrix().rows());
    }
  }

  /// The part that row `row` lies in.
  public int part(int row) {
    Objects.checkIndex(row, rows());
    int found = Arrays.binarySearch(starts, row);
    int part = found >= 0 ? found : -found - 2;
    while (starts[part + 1] == row) {
      part++;
    }
    return part;
  }

  @Override
  public int rows() {
    return starts[starts.length - 1];
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long stored() {
    long stored = 0;
    for (var part : parts) {
      stored += Blocks.stored(part.matrix());
    }
    return stored;
  }

  /// Whether a part stays in a file.
  public boolean onDisk() {
    return parts.stream()
        .map(Part::matrix)
        .anyMatch(
            matrix -> matrix instanceof Stacked inner ? inner.onDisk() : matrix instanceof Backed);
  }

  private static Csr read(Part part, int[] rows) {
    var read = part.matrix().rows(rows);
    var map = part.columns();
    return map == null ? read : read.columns(map);
  }

  @Override
  public Csr rows(int[] chosen) {
    if (parts.size() == 1) {
      return read(parts.getFirst(), chosen);
    }
    var owner = new int[chosen.length];
    var counts = new int[parts.size()];
    for (int i = 0; i < chosen.length; i++) {
      owner[i] = part(chosen[i]);
      counts[owner[i]]++;
    }
    var pieces = new Csr[parts.size()];
    for (int p = 0; p < pieces.length; p++) {
      var local = new int[counts[p]];
      int next = 0;
      for (int i = 0; i < chosen.length; i++) {
        if (owner[i] == p) {
          local[next++] = chosen[i] - starts[p];
        }
      }
      pieces[p] = local.length == 0 ? Csr.empty(0, columns) : read(parts.get(p), local);
    }
    return interleave(pieces, owner);
  }

  private Csr interleave(Csr[] pieces, int[] owner) {
    var at = new int[pieces.length];
    var indptr = new long[owner.length + 1];
    for (int i = 0; i < owner.length; i++) {
      var piece = pieces[owner[i]];
      int row = at[owner[i]]++;
      indptr[i + 1] = indptr[i] + piece.indptr()[row + 1] - piece.indptr()[row];
    }
    int total = Math.toIntExact(indptr[owner.length]);
    var indices = new int[total];
    var values = new float[total];
    Arrays.fill(at, 0);
    for (int i = 0; i < owner.length; i++) {
      var piece = pieces[owner[i]];
      int from = (int) piece.indptr()[at[owner[i]]++];
      int length = (int) (indptr[i + 1] - indptr[i]);
      System.arraycopy(piece.indices(), from, indices, (int) indptr[i], length);
      System.arraycopy(piece.values(), from, values, (int) indptr[i], length);
    }
    return new Csr(owner.length, columns, indptr, indices, values);
  }

  @Override
  public Matrix columns(int[] chosen) {
    return new Stacked(
        parts.stream().map(part -> new Part(part.matrix(), compose(part, chosen))).toList(),
        chosen.length);
  }

  private static int[] compose(Part part, int[] chosen) {
    var map = part.columns();
    if (map == null) {
      return chosen;
    }
    return Arrays.stream(chosen).map(column -> column < 0 ? -1 : map[column]).toArray();
  }

  @Override
  public Csr toCsr() {
    var all = new int[rows()];
    Arrays.setAll(all, i -> i);
    return rows(all);
  }

  @Override
  public Dense toDense() {
    var values = new float[Math.multiplyExact(rows(), columns)];
    for (int p = 0; p < parts.size(); p++) {
      var map = parts.get(p).columns();
      var part = parts.get(p).matrix().toDense();
      var own = (map == null ? part : part.columns(map)).values();
      System.arraycopy(own, 0, values, starts[p] * columns, own.length);
    }
    return new Dense(rows(), columns, values);
  }

  @Override
  public void close() {
    for (var part : parts) {
      if (part.matrix() instanceof Backed backed) {
        backed.close();
      }
    }
  }
}
