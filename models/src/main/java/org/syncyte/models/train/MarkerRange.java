package org.syncyte.models.train;

import java.util.stream.IntStream;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Loader;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.Cytovi;
import org.syncyte.models.Fit;

/// Looks whether values of markers are such as the likelihood can explain: a Beta distribution has
/// no finite density at 0 and 1, and none beyond.
final class MarkerRange {
  private MarkerRange() {}

  static void check(Fit fit, DataSource data) {
    if (!(fit.model() instanceof Cytovi model)) {
      return;
    }
    if (data.cells() < 3) {
      throw new IllegalArgumentException(
          "%d cells; at least three are needed to train".formatted(data.cells()));
    }
    if (model.likelihood() != Cytovi.Likelihood.BETA) {
      return;
    }
    var all = IntStream.range(0, data.cells()).toArray();
    int first = 0;
    for (Minibatch cells : Loader.sequential(data, all, DataSource.BLOCK).epoch(0)) {
      var values = cells.counts().toDense();
      for (int i = 0; i < values.values().length; i++) {
        float value = values.values()[i];
        if (value <= 0 || value >= 1) {
          throw new IllegalArgumentException(
              "value %s of cell %d, marker '%s': a beta likelihood wants values between 0 and 1, both left out; scale them, or take protein_likelihood=normal"
                  .formatted(
                      value,
                      first + i / values.columns(),
                      fit.registry().varNames().get(i % values.columns())));
        }
      }
      first += cells.size();
    }
  }
}
