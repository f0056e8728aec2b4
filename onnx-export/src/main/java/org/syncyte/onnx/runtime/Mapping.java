package org.syncyte.onnx.runtime;

import java.util.List;
import org.syncyte.anndata.AnnData;

/// Query cells in the latent space of a model.
///
/// @param data the query with `obsm["X_scVI"]` and, if the reference has labels, the columns
///   `syncyte_label` and `syncyte_label_agreement`
/// @param coverage share of the model's genes that the query has
/// @param missingGenes genes of the model that were read as zero
/// @param notices what a reader of the result should know, as sentences
/// @param provider where the graph ran
public record Mapping(
    AnnData data,
    double coverage,
    List<String> missingGenes,
    List<String> notices,
    OnnxModel.Provider provider) {
  public Mapping {
    missingGenes = List.copyOf(missingGenes);
    notices = List.copyOf(notices);
  }
}
