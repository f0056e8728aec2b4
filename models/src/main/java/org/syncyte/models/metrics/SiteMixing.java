package org.syncyte.models.metrics;

import java.util.stream.IntStream;
import org.syncyte.anndata.Dense;

/// How far sites are mixed in a latent space: the mean share of cells of other sites among the `k`
/// nearest neighbours of a cell. With n equal sites that are mixed fully it is (n-1)/n; 0 means
/// that every site keeps to itself.
public final class SiteMixing {
  private SiteMixing() {}

  public static double of(Dense points, int[] sites, int k) {
    var all = IntStream.range(0, points.rows()).toArray();
    var neighbours = Neighbours.of(points, all, _ -> true, k);
    long others = 0;
    for (int i = 0; i < all.length; i++) {
      for (int neighbour : neighbours[i]) {
        if (sites[neighbour] != sites[i]) {
          others++;
        }
      }
    }
    return (double) others / ((double) all.length * k);
  }
}
