package org.syncyte.onnx.runtime;

/// Keys of the facts noted in a graph. Lists have one name a line, in the order of their codes.
public final class FactKeys {
  /// `latent` or `expression`.
  public static final String ROLE = "role";

  public static final String MODEL_CLASS = "model_class";

  /// Width of the latent space.
  public static final String LATENT = "n_latent";

  public static final String GENES = "genes";

  /// Protein markers by which the encoder reads cells, if the model is one of markers; the others
  /// may be missing. Values are then real numbers, not counts.
  public static final String ENCODED = "encoded_markers";

  public static final String BATCHES = "batches";
  public static final String LABELS = "labels";

  /// Column of the cells that holds the batch.
  public static final String BATCH_KEY = "batch_key";

  /// Column of the cells that holds the label.
  public static final String LABELS_KEY = "labels_key";

  /// Names of further categorical covariates; `categorical.<name>` lists the categories of one.
  public static final String CATEGORICAL = "categorical";

  /// Names of continuous covariates.
  public static final String CONTINUOUS = "continuous";

  /// Names of surface proteins, if the model reads them.
  public static final String PROTEINS = "proteins";

  /// Per-cell array that holds the counts of proteins.
  public static final String PROTEINS_KEY = "proteins_key";

  private FactKeys() {}
}
