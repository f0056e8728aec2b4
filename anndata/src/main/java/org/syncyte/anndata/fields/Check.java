package org.syncyte.anndata.fields;

/// What values a model's matrix may hold.
public enum Check {
  /// Whole numbers from zero, not all of them zero: raw counts.
  COUNTS,
  /// Any number but NaN and infinity: normalised or continuous data.
  FINITE,
  /// Not looked at: minified data, whose matrix is empty.
  NONE
}
