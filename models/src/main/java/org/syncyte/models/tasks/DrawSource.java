package org.syncyte.models.tasks;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Where draws of normalised expression come from: a trained model and its cells, or a model with
/// more than genes.
public interface DrawSource {
  /// Names of what is compared.
  List<String> features();

  /// How many of them are genes, which stand first. Only these tell which level means "not
  /// expressed".
  default int genes() {
    return features().size();
  }

  /// Batches that cells can be decoded as.
  List<String> batches();

  /// @param cells positions of a group of cells
  /// @param batch the batch to decode as, or null for each cell's own
  Draws draw(int[] cells, @Nullable String batch, int count, RandomGenerator random);
}
