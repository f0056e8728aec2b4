package org.syncyte.anndata.loader;

import java.util.Arrays;

/// What a minified data set holds of some cells in the place of their counts, or beside them.
///
/// @param mean mean of each cell in latent space (N, latent), row-major
/// @param variance its variance (N, latent)
/// @param librarySize sum of the counts of each cell, length N
/// @param counts whether the counts are there as well
public record StoredPosterior(float[] mean, float[] variance, float[] librarySize, boolean counts) {
  /// Width of the latent space.
  public int latent() {
    return librarySize.length == 0 ? 0 : mean.length / librarySize.length;
  }

  /// The cells at these positions.
  public StoredPosterior at(int[] cells) {
    int wide = latent();
    var means = new float[cells.length * wide];
    var variances = new float[means.length];
    var sizes = new float[cells.length];
    for (int i = 0; i < cells.length; i++) {
      System.arraycopy(mean, cells[i] * wide, means, i * wide, wide);
      System.arraycopy(variance, cells[i] * wide, variances, i * wide, wide);
      sizes[i] = librarySize[cells[i]];
    }
    return new StoredPosterior(means, variances, sizes, counts);
  }

  StoredPosterior slice(int from, int to) {
    int wide = latent();
    return new StoredPosterior(
        Arrays.copyOfRange(mean, from * wide, to * wide),
        Arrays.copyOfRange(variance, from * wide, to * wide),
        Arrays.copyOfRange(librarySize, from, to),
        counts);
  }
}
