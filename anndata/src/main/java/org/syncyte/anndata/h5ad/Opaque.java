package org.syncyte.anndata.h5ad;

import org.jspecify.annotations.Nullable;

/// An element that this reader knows the place of but not the meaning.
public record Opaque(String path, @Nullable String type, @Nullable String version) {}
