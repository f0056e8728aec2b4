/// Annotated matrices in memory: the AnnData value model that files, collections and loaders share.
@org.jspecify.annotations.NullMarked
package org.syncyte.anndata;
