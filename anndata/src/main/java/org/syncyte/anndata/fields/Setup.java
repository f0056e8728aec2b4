package org.syncyte.anndata.fields;

import org.jspecify.annotations.Nullable;

/// Where in an AnnData a model finds what it needs.
///
/// @param layer the layer with counts, or null for X
/// @param batchKey column of the batch, or null for one batch
/// @param labelsKey column of the labels, or null for one label
/// @param sizeFactorKey column of size factors on a linear scale, or null
/// @param unlabeledCategory the label that says that a cell has none, or null if every label counts
/// @param proteins where counts of surface proteins are, or null if there are none
public record Setup(
    @Nullable String layer,
    @Nullable String batchKey,
    @Nullable String labelsKey,
    @Nullable String sizeFactorKey,
    @Nullable String unlabeledCategory,
    @Nullable ProteinKeys proteins) {
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
      @Nullable String sizeFactorKey,
      @Nullable String unlabeledCategory) {
    this(layer, batchKey, labelsKey, sizeFactorKey, unlabeledCategory, null);
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
    return new Setup(layer, batchKey, key, sizeFactorKey, unlabeled, proteins);
  }

  /// This setup with counts in another layer.
  public Setup withLayer(@Nullable String name) {
    return new Setup(name, batchKey, labelsKey, sizeFactorKey, unlabeledCategory, proteins);
  }

  /// This setup with proteins.
  public Setup withProteins(@Nullable ProteinKeys keys) {
    return new Setup(layer, batchKey, labelsKey, sizeFactorKey, unlabeledCategory, keys);
  }
}
