package org.syncyte.models.metrics;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.syncyte.anndata.Dense;

/// How well the labels of a cell's nearest neighbours tell its own: the share of cells whose label
/// is the commonest among `k` neighbours. A tie goes to the label of the nearest cell among the
/// tied.
///
/// Taken across sites it measures whether labels can be carried from some sites to another through
/// a latent space.
public final class NeighbourAccuracy {
  private NeighbourAccuracy() {}

  /// Each cell is told from all others.
  public static double leaveOneOut(Dense points, int[] labels, int k) {
    return share(points, labels, IntStream.range(0, points.rows()).toArray(), _ -> true, k);
  }

  /// For each site: its cells are told from the cells of the other sites. Cells whose label the
  /// other sites do not have count as wrong.
  ///
  /// @return accuracy by site code; NaN for a code without cells
  public static double[] acrossSites(Dense points, int[] labels, int[] sites, int k) {
    return acrossSites(points, labels, sites, k, false);
  }

  /// @param answerable leaves out cells whose label no other site has
  public static double[] acrossSites(
      Dense points, int[] labels, int[] sites, int k, boolean answerable) {
    int count = Arrays.stream(sites).max().orElse(-1) + 1;
    var accuracy = new double[count];
    for (int s = 0; s < count; s++) {
      int site = s;
      var queries =
          IntStream.range(0, sites.length)
              .filter(i -> sites[i] == site)
              .filter(i ->
                  !answerable
                      || IntStream.range(0, sites.length)
                          .anyMatch(j -> sites[j] != site && labels[j] == labels[i]))
              .toArray();
      accuracy[s] = share(points, labels, queries, i -> sites[i] != site, k);
    }
    return accuracy;
  }

  private static double share(
      Dense points, int[] labels, int[] queries, IntPredicate candidate, int k) {
    if (queries.length == 0) {
      return Double.NaN;
    }
    var neighbours = Neighbours.of(points, queries, candidate, k);
    int right = 0;
    for (int q = 0; q < queries.length; q++) {
      if (majority(neighbours[q], labels) == labels[queries[q]]) {
        right++;
      }
    }
    return (double) right / queries.length;
  }

  private static int majority(int[] neighbours, int[] labels) {
    int best = -1;
    int votes = 0;
    for (int i = 0; i < neighbours.length; i++) {
      int label = labels[neighbours[i]];
      int count = 0;
      for (int neighbour : neighbours) {
        if (labels[neighbour] == label) {
          count++;
        }
      }
      if (count > votes) {
        votes = count;
        best = label;
      }
    }
    return best;
  }
}
