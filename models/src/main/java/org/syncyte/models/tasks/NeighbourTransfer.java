package org.syncyte.models.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;
import org.syncyte.models.metrics.Neighbours;

/// What reference cells know, told to query cells that lie near them in latent space.
///
/// Neighbours are the k nearest by Euclidean distance, exact, and count alike. A category is the
/// one that most of them carry, the first in sorted order of equals, with the share of the others
/// as its uncertainty; a value is their mean.
public final class NeighbourTransfer {
  /// As many as is usual.
  public static final int NEIGHBOURS = 20;

  /// @param uncertainty per cell, the share of neighbours that carry another category
  public record Told(Column.Categorical categories, double[] uncertainty) {}

  private NeighbourTransfer() {}

  /// @param labels of the reference cells; those without one have no vote
  /// @throws IllegalArgumentException if the spaces differ, or too few reference cells are labelled
  public static Told categories(Dense reference, Column labels, Dense query, int neighbours) {
    if (labels.size() != reference.rows()) {
      throw new IllegalArgumentException(
          "%d labels for %d reference cells".formatted(labels.size(), reference.rows()));
    }
    int[] labelled =
        IntStream.range(0, labels.size()).filter(i -> labels.text(i) != null).toArray();
    var names = new TreeSet<String>();
    for (int cell : labelled) {
      names.add(String.valueOf(labels.text(cell)));
    }
    var order = List.copyOf(names);
    var codes =
        Arrays.stream(labelled)
            .map(cell -> order.indexOf(String.valueOf(labels.text(cell))))
            .toArray();
    var nearest = nearest(rows(reference, labelled), query, neighbours);
    var told = new int[query.rows()];
    var uncertainty = new double[query.rows()];
    for (int q = 0; q < told.length; q++) {
      var votes = new int[order.size()];
      for (int cell : nearest[q]) {
        votes[codes[cell]]++;
      }
      for (int k = 1; k < votes.length; k++) {
        told[q] = votes[k] > votes[told[q]] ? k : told[q];
      }
      uncertainty[q] = 1 - (double) votes[told[q]] / neighbours;
    }
    return new Told(new Column.Categorical(told, order, false), uncertainty);
  }

  /// @param values of the reference cells, such as their RNA, (reference cells, features)
  /// @return (query cells, features)
  public static Dense values(Dense reference, Csr values, Dense query, int neighbours) {
    if (values.rows() != reference.rows()) {
      throw new IllegalArgumentException(
          "values of %d cells for %d reference cells".formatted(values.rows(), reference.rows()));
    }
    var nearest = nearest(reference, query, neighbours);
    int width = values.columns();
    var means = new float[Math.multiplyExact(query.rows(), width)];
    for (int q = 0; q < nearest.length; q++) {
      for (int cell : nearest[q]) {
        for (int k = (int) values.indptr()[cell]; k < values.indptr()[cell + 1]; k++) {
          means[q * width + values.indices()[k]] += values.values()[k] / neighbours;
        }
      }
    }
    return new Dense(query.rows(), width, means);
  }

  /// As `values`, where one batch was measured otherwise as well: its cells keep what they have,
  /// all others are told by them.
  ///
  /// @param latent of all cells
  /// @param reference positions of the cells that have values, in the order of `values`
  public static Dense imputed(Dense latent, int[] reference, Csr values, int neighbours) {
    var known = new boolean[latent.rows()];
    for (int cell : reference) {
      known[cell] = true;
    }
    int[] query = IntStream.range(0, latent.rows()).filter(cell -> !known[cell]).toArray();
    var told = values(rows(latent, reference), values, rows(latent, query), neighbours);
    int width = values.columns();
    var all = new float[Math.multiplyExact(latent.rows(), width)];
    var own = values.toDense().values();
    for (int i = 0; i < reference.length; i++) {
      System.arraycopy(own, i * width, all, reference[i] * width, width);
    }
    for (int i = 0; i < query.length; i++) {
      System.arraycopy(told.values(), i * width, all, query[i] * width, width);
    }
    return new Dense(latent.rows(), width, all);
  }

  private static int[][] nearest(Dense reference, Dense query, int neighbours) {
    int width = reference.columns();
    if (query.columns() != width) {
      throw new IllegalArgumentException(
          "the query lies in %d latent dimensions, the reference in %d; map both with one model"
              .formatted(query.columns(), width));
    }
    int cells = reference.rows();
    var points = Arrays.copyOf(reference.values(), (cells + query.rows()) * width);
    System.arraycopy(query.values(), 0, points, cells * width, query.values().length);
    return Neighbours.of(
        new Dense(cells + query.rows(), width, points),
        IntStream.range(cells, cells + query.rows()).toArray(),
        cell -> cell < cells,
        neighbours);
  }

  private static Dense rows(Dense all, int[] chosen) {
    int width = all.columns();
    var values = new float[chosen.length * width];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(all.values(), chosen[i] * width, values, i * width, width);
    }
    return new Dense(chosen.length, width, values);
  }
}
