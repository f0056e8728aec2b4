package org.syncyte.models.nn;

/// What a tensor of a model is for, and who may change it.
public enum Role {
  /// Moved by the optimiser.
  TRAINED,
  /// Set from data once and kept.
  FIXED,
  /// A running statistic of the data, such as a batch norm's mean.
  STATISTIC,
  /// Counts steps.
  COUNTER,
  /// Written in files because readers ask for it, used by nothing.
  DEAD
}
