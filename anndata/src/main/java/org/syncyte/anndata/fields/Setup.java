package org.syncyte.anndata.fields;

import org.jspecify.annotations.Nullable;

/// Where in an AnnData a model finds what it needs.
///
/// @param layer the layer with counts, or null for X
/// @param batchKey column of the batch, or null for one batch
/// @param labelsKey column of the labels, or null for one label
/// @param sizeFactorKey column of size factors on a linear scale, or null
public record Setup(
    @Nullable String layer,
    @Nullable String batchKey,
    @Nullable String labelsKey,
    @Nullable String sizeFactorKey) {
  /// Counts in X, and nothing else.
  public static final Setup DEFAULT = new Setup(null, null, null, null);
}
