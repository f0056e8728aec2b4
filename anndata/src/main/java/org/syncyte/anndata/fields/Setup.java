package org.syncyte.anndata.fields;

import org.jspecify.annotations.Nullable;

/// Where in an AnnData a model finds what it needs.
///
/// @param layer the layer with counts, or null for X
/// @param batchKey column of the batch, or null for one batch
/// @param labelsKey column of the labels, or null for one label
/// @param sizeFactorKey column of size factors on a linear scale, or null
/// @param unlabeledCategory the label that says that a cell has none, or null if every label counts
public record Setup(
    @Nullable String layer,
    @Nullable String batchKey,
    @Nullable String labelsKey,
    @Nullable String sizeFactorKey,
    @Nullable String unlabeledCategory) {
  /// Counts in X, and nothing else.
  public static final Setup DEFAULT = new Setup(null, null, null, null);

  public Setup {
    if (unlabeledCategory != null && labelsKey == null) {
      throw new IllegalArgumentException(
          "'%s' is to mean no label, but no column of labels is named; name one"
              .formatted(unlabeledCategory));
    }
  }

  public Setup(
      @Nullable String layer,
      @Nullable String batchKey,
      @Nullable String labelsKey,
      @Nullable String sizeFactorKey) {
    this(layer, batchKey, labelsKey, sizeFactorKey, null);
  }

  /// This setup with labels in `key`, of which one means that a cell has none.
  public Setup withLabels(String key, @Nullable String unlabeled) {
    return new Setup(layer, batchKey, key, sizeFactorKey, unlabeled);
  }
}
