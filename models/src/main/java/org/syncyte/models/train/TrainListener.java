package org.syncyte.models.train;

import java.util.Map;

/// Watches a training and may end it.
@FunctionalInterface
public interface TrainListener {
  TrainListener NONE = (_, _) -> true;

  /// Called after each epoch, on the training thread.
  ///
  /// @param epoch counted from 0 over the whole training, earlier rounds included
  /// @param measures by the names of `History`
  /// @return whether to go on
  boolean epoch(int epoch, Map<String, Double> measures);
}
