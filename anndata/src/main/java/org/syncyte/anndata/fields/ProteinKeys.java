package org.syncyte.anndata.fields;

import org.jspecify.annotations.Nullable;

/// Where in an AnnData the counts of surface proteins are.
///
/// @param obsm the per-cell array of counts; as a table it also names the proteins
/// @param names the entry of uns that names them, or null
/// @param panelKey column of the antibody panel, or null where each batch is its own panel
public record ProteinKeys(String obsm, @Nullable String names, @Nullable String panelKey) {
  public ProteinKeys(String obsm) {
    this(obsm, null, null);
  }
}
